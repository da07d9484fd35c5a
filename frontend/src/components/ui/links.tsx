import {
  Anchor,
  Button,
  NavLink,
  type AnchorProps,
  type ButtonProps,
  type NavLinkProps,
} from '@mantine/core';
import { createLink } from '@tanstack/react-router';
import { forwardRef, type AnchorHTMLAttributes } from 'react';

type LinkElement<Props> = Props & Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof Props>;

/** Mantine's elements as router links. */
export const LinkButton = createLink(
  forwardRef<HTMLAnchorElement, LinkElement<ButtonProps>>(function LinkButton(props, ref) {
    return <Button component="a" ref={ref} {...props} />;
  }),
);

export const LinkAnchor = createLink(
  forwardRef<HTMLAnchorElement, LinkElement<AnchorProps>>(function LinkAnchor(props, ref) {
    return <Anchor ref={ref} {...props} />;
  }),
);

export const LinkNav = createLink(
  forwardRef<HTMLAnchorElement, LinkElement<NavLinkProps>>(function LinkNav(props, ref) {
    return <NavLink component="a" ref={ref} {...props} />;
  }),
);
