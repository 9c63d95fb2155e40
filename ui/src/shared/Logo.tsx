/** The mark of the program: a cabinet drawer with a document half out of it. */
export function Logo({ size = 28 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="7" fill="#0b5d5b" />
      <path d="M9 17V7.5h9.5L23 12v5" fill="#f3f4ef" />
      <path d="M18.5 7.5V12H23z" fill="#bcdcd6" />
      <rect x="5.5" y="16" width="21" height="9.5" rx="2" fill="#64c8bd" />
      <path d="M12.5 20.7h7" stroke="#06201f" strokeWidth="2.2" strokeLinecap="round" />
    </svg>
  );
}
