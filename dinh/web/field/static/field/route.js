// Where one is in the app: behind the "#", so that every place opens without network.

export const here = () => decodeURIComponent(location.hash.slice(1)).split('?')[0].split('/').filter(Boolean);

export function go(place, instead = false) {
  if (`#${place}` === location.hash) { dispatchEvent(new Event('hashchange')); return; }
  if (instead) { history.replaceState(null, '', `#${place}`); dispatchEvent(new Event('hashchange')); } else location.hash = place;
}
