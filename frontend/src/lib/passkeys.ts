import { passkeyOptions, sendPasskey, type PasskeyUse, type Session } from '@/lib/api/allauth';

export const arePasskeysSupported = () =>
  typeof window.PublicKeyCredential === 'function' &&
  typeof PublicKeyCredential.parseRequestOptionsFromJSON === 'function';

/** The user closed the browser's dialog, or it timed out: nothing went wrong. */
export const isPasskeyDismissed = (error: unknown) =>
  error instanceof DOMException && (error.name === 'NotAllowedError' || error.name === 'AbortError');

function asJson(credential: Credential | null): PublicKeyCredentialJSON {
  if (!credential) throw new DOMException('No credential', 'NotAllowedError');
  return (credential as PublicKeyCredential).toJSON() as PublicKeyCredentialJSON;
}

/** Prove by a passkey who one is. */
export async function provePasskey(use: PasskeyUse): Promise<Session> {
  const options = await passkeyOptions(use);
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  return sendPasskey(use, asJson(await navigator.credentials.get({ publicKey })));
}

/** Make a new passkey; the browser asks the user for consent. */
export async function makePasskey(
  options: PublicKeyCredentialCreationOptionsJSON,
): Promise<PublicKeyCredentialJSON> {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
  return asJson(await navigator.credentials.create({ publicKey }));
}
