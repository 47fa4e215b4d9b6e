/** What a worker could reach the network with, or what other visits to the page have left behind. */
const DOORS = [
  ...['fetch', 'XMLHttpRequest', 'WebSocket', 'WebSocketStream', 'EventSource', 'WebTransport', 'RTCPeerConnection'],
  ...['importScripts', 'Worker', 'SharedWorker', 'BroadcastChannel', 'caches', 'indexedDB', 'cookieStore'],
];

/** Takes them away, from the scope and from what it inherits of: a script of somebody else's may come with a link. */
export function closeNetwork(scope: object): void {
  for (let one: object | null = scope; one !== null; one = Object.getPrototypeOf(one)) {
    for (const name of DOORS) if (Object.hasOwn(one, name)) Reflect.deleteProperty(one, name);
  }
}
