export function DocumentView(_: { id: string }) { return <p>DocumentView</p>; }
