// Follows a stream of the server's. The browser asks again by itself when the line breaks, from the
// last event that it had; `ended` is called when the server will not have us any more.

export function follow(address, { event, opened = () => {}, lost = () => {}, ended = () => {} }) {
  const source = new EventSource(address);
  source.addEventListener("open", opened);
  source.addEventListener("message", event);
  source.addEventListener("error", () => {
    if (source.readyState === EventSource.CLOSED) ended();
    else lost();
  });
  return source;
}
