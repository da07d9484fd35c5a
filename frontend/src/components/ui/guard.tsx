import { Alert, Button, Tooltip, VisuallyHidden, type ButtonProps } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { useContext, useId, type ButtonHTMLAttributes, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useActionName, useRoleName } from '@/components/ui/names';
import { Refusal } from '@/components/ui/refusal';
import { useCan, useHindrance, type Action } from '@/lib/permissions';
import { PlaceContext } from '@/lib/project';

/** Why the user cannot do this, in words; null when they can. */
export function useHindranceText(action: Action): string | null {
  const { t } = useTranslation();
  const place = useContext(PlaceContext);
  const hindrance = useHindrance(action);
  const actionName = useActionName();
  const roleName = useRoleName();
  if (!hindrance) return null;
  return t(`hindrance.${hindrance}`, {
    action: actionName(action),
    role: roleName(place?.organization.role ?? ''),
  });
}

interface GuardedButtonProps
  extends ButtonProps, Omit<ButtonHTMLAttributes<HTMLButtonElement>, keyof ButtonProps> {
  action: Action;
}

/** A button that says why it cannot be pressed, by keyboard and screen reader too. */
export function GuardedButton({ action, ...button }: GuardedButtonProps) {
  const hindrance = useHindranceText(action);
  const id = useId();
  if (!hindrance) return <Button {...button} />;
  return (
    <>
      <Tooltip label={hindrance} multiline maw={320} events={{ hover: true, focus: true, touch: true }}>
        <Button
          {...button}
          type="button"
          data-disabled
          aria-disabled="true"
          aria-describedby={id}
          onClick={(event) => event.preventDefault()}
        />
      </Tooltip>
      <VisuallyHidden id={id}>{hindrance}</VisuallyHidden>
    </>
  );
}

interface GuardedLinkProps extends ButtonProps {
  action: Action;
  label: string;
  children: ReactNode;
}

/** A link button; who may not follow it sees its label, and why. */
export function GuardedLink({ action, label, children, ...button }: GuardedLinkProps) {
  if (useCan(action)) return children;
  return (
    <GuardedButton action={action} {...button}>
      {label}
    </GuardedButton>
  );
}

/** Shows its content to those who may see it, and to others why they may not. */
export function Guard({ action, children }: { action: Action; children: ReactNode }) {
  const hindrance = useHindrance(action);
  if (!hindrance) return children;
  return <Refusal kind={hindrance === 'role' ? 'forbidden' : hindrance} action={action} />;
}

/** A line that says why what is below cannot be changed. Nothing for those who can. */
export function ReadOnlyNote({ action }: { action: Action }) {
  const hindrance = useHindranceText(action);
  if (!hindrance) return null;
  return (
    <Alert color="gray" role="note" icon={<IconLock aria-hidden="true" />}>
      {hindrance}
    </Alert>
  );
}
