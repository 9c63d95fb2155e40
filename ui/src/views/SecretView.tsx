export function SecretView() { return <p>SecretView</p>; }
