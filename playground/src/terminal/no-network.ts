/** Globals that reach the network, or data from other visits to the page. */
const DOORS = [
  ...['fetch', 'XMLHttpRequest', 'WebSocket', 'WebSocketStream', 'EventSource', 'WebTransport', 'RTCPeerConnection'],
  ...['importScripts', 'Worker', 'SharedWorker', 'BroadcastChannel', 'caches', 'indexedDB', 'cookieStore'],
];

/** Removes them from the scope and its prototypes: a link may bring somebody else's script. */
export function closeNetwork(scope: object): void {
  for (let one: object | null = scope; one !== null; one = Object.getPrototypeOf(one)) {
    for (const name of DOORS) if (Object.hasOwn(one, name)) Reflect.deleteProperty(one, name);
  }
}
