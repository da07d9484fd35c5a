/** The address that waits for its code: allauth's answers do not repeat it. Kept for this tab only. */
const STORED = 'finery.pending-email';

export const storePendingEmail = (email: string) => sessionStorage.setItem(STORED, email);
export const pendingEmail = () => sessionStorage.getItem(STORED) ?? '';
export const forgetPendingEmail = () => sessionStorage.removeItem(STORED);
