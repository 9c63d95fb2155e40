export function Outbox() { return <p>Outbox</p>; }
