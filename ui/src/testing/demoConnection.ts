/** The way to the portal, as a desk without wishes has it, and what a look at it finds. */
import type { ConnectionCheck, ConnectionSettings } from "../ipc";

export const noConnection: ConnectionSettings = { proxy: "system", proxyAddress: "", onlyTls13: false, esiaGateway: "", epguGateway: "", ownEsia: "", ownEpgu: "" };

export const demoConnection: ConnectionCheck[] = [
  { service: "esia", host: "esia.gosuslugi.ru", way: "direct", address: null, milliseconds: 84, issuer: "Учебный центр", clockOffsetSeconds: -190, error: null },
  { service: "epgu", host: "www.gosuslugi.ru", way: "proxy", address: "http://proxy.example.ru:3128", milliseconds: null, issuer: null, clockOffsetSeconds: null, error: { code: "portal.proxy-refused", params: {}, retriable: true } },
];
