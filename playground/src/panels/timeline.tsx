export default function Panel() {
  return <p class="quiet">…</p>;
}
