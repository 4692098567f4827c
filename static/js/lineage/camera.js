// Where one looks: pan and zoom by pointer, wheel, pinch and call. The scene itself does not know where it stands.
export const FAR = 0.5; // below this scale names alone can be read
const REST = 180; // milliseconds
const SMALLEST = 0.06;
const LARGEST = 2;
const STILL = matchMedia("(prefers-reduced-motion: reduce)");

export class Camera {
  constructor(stage, world, { moved, rested }) {
    Object.assign(this, { stage, world, moved, rested, x: 0, y: 0, k: 1, pointers: new Map(), dragged: false });
    stage.addEventListener("wheel", this.wheel, { passive: false });
    stage.addEventListener("pointerdown", this.down);
    stage.addEventListener("pointermove", this.move);
    for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) stage.addEventListener(end, this.up);
    // a drag that ends over a card is no click on it
    stage.addEventListener("click", (event) => this.dragged && event.stopPropagation(), { capture: true });
  }

  get size() {
    return { width: this.stage.clientWidth, height: this.stage.clientHeight };
  }

  get seen() {
    const { width, height } = this.size;
    return { left: -this.x / this.k, top: -this.y / this.k, right: (width - this.x) / this.k, bottom: (height - this.y) / this.k };
  }

  set(x, y, k) {
    Object.assign(this, { x, y, k: Math.min(LARGEST, Math.max(SMALLEST, k)) });
    if (this.waiting) return;
    this.waiting = requestAnimationFrame(() => {
      this.waiting = 0;
      this.moving();
      const transform = `translate(${this.x}px, ${this.y}px) scale(${this.k})`;
      this.shift.effect.setKeyframes({ transform: [transform, transform] });
      this.moved(this);
    });
  }

  // While one moves, the drawing is a layer that an animation shifts: to write its style would have the browser look at all
  // that is in it, frame by frame. Where one stops, it is painted sharp again. The pause is counted from the frame after:
  // where a frame takes longer than the pause, to paint in between would make the next one slower still.
  moving() {
    clearTimeout(this.resting);
    cancelAnimationFrame(this.counting);
    this.counting = requestAnimationFrame(() => (this.resting = setTimeout(this.rest, REST)));
    this.shift ??= this.world.animate({ transform: ["none", "none"] }, { duration: 1, fill: "both" });
    this.shift.pause();
  }

  get moves() {
    return Boolean(this.shift);
  }

  rest = () => {
    this.world.style.transform = `translate(${this.x}px, ${this.y}px) scale(${this.k})`;
    this.shift.cancel();
    this.shift = null;
    this.rested();
  };

  zoom(by, at = { x: this.size.width / 2, y: this.size.height / 2 }) {
    const k = Math.min(LARGEST, Math.max(SMALLEST, this.k * by));
    this.set(at.x - ((at.x - this.x) * k) / this.k, at.y - ((at.y - this.y) * k) / this.k, k);
  }

  // What lies over the map's edges is left free, as far as there is room for that.
  get free() {
    const { width, height } = this.size;
    const end = this.stage.getBoundingClientRect().bottom;
    const over = [...this.stage.parentElement.querySelectorAll("[data-over]")].map((part) => end - part.getBoundingClientRect().top);
    const [top, bottom] = [60, Math.min(height * 0.6, 12 + Math.max(0, ...over.filter((reach) => reach < end)))];
    return { left: 32, top, width: width - 64, height: height - top - bottom };
  }

  fit(bounds, { largest = 1, smooth = true } = {}) {
    const free = this.free;
    const k = Math.max(SMALLEST, Math.min(largest, free.width / Math.max(1, bounds.width), free.height / Math.max(1, bounds.height)));
    const x = free.left + (free.width - bounds.width * k) / 2 - bounds.x * k;
    const y = free.top + (free.height - bounds.height * k) / 2 - bounds.y * k;
    this.glide(x, y, k, smooth);
  }

  centre(x, y, k = this.k, smooth = true) {
    const { width, height } = this.size;
    this.glide(width / 2 - x * k, height / 2 - y * k, k, smooth);
  }

  // Only as far as it takes, so that walking along a path does not make the page swim.
  reveal(box, margin = 48) {
    const [left, top] = [box.x * this.k + this.x, box.y * this.k + this.y];
    const { width, height } = this.size;
    const dx = into(left, left + box.width * this.k, margin, width - margin);
    const dy = into(top, top + box.height * this.k, margin, height - margin);
    if (dx || dy) this.glide(this.x + dx, this.y + dy, this.k);
  }

  glide(x, y, k, smooth = true) {
    cancelAnimationFrame(this.gliding);
    if (!smooth || STILL.matches) return this.set(x, y, k);
    const from = { x: this.x, y: this.y, k: this.k };
    const began = performance.now();
    const step = (now) => {
      const done = Math.min(1, Math.max(0, now - began) / 220);
      const part = 1 - (1 - done) ** 3;
      this.set(from.x + (x - from.x) * part, from.y + (y - from.y) * part, from.k + (k - from.k) * part);
      if (done < 1) this.gliding = requestAnimationFrame(step);
    };
    this.gliding = requestAnimationFrame(step);
  }

  wheel = (event) => {
    event.preventDefault();
    cancelAnimationFrame(this.gliding);
    const unit = event.deltaMode === 1 ? 20 : 1;
    const box = this.stage.getBoundingClientRect();
    const pinch = event.ctrlKey || event.metaKey;
    if (pinch || !event.shiftKey && Math.abs(event.deltaX) < 1 && Number.isInteger(event.deltaY) && Math.abs(event.deltaY) >= 40) {
      const by = Math.exp(-event.deltaY * unit * (pinch ? 0.01 : 0.0018));
      this.zoom(by, { x: event.clientX - box.left, y: event.clientY - box.top });
    } else this.set(this.x - event.deltaX * unit, this.y - event.deltaY * unit, this.k);
  };

  down = (event) => {
    if (event.button > 0) return;
    cancelAnimationFrame(this.gliding);
    this.pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    this.dragged = this.pointers.size > 1;
    this.began = { x: event.clientX, y: event.clientY };
  };

  move = (event) => {
    const last = this.pointers.get(event.pointerId);
    if (!last) return;
    const now = { x: event.clientX, y: event.clientY };
    if (!this.dragged && Math.hypot(now.x - this.began.x, now.y - this.began.y) < 5) return;
    if (!this.dragged) {
      this.dragged = true;
      this.stage.setPointerCapture(event.pointerId);
      this.stage.classList.add("is-dragged");
    }
    const other = [...this.pointers].find(([id]) => id !== event.pointerId)?.[1];
    if (other) this.pinch(last, now, other);
    else this.set(this.x + now.x - last.x, this.y + now.y - last.y, this.k);
    this.pointers.set(event.pointerId, now);
  };

  pinch(last, now, other) {
    const box = this.stage.getBoundingClientRect();
    const [before, after] = [Math.hypot(last.x - other.x, last.y - other.y), Math.hypot(now.x - other.x, now.y - other.y)];
    if (before < 1) return;
    const middle = { x: (now.x + other.x) / 2 - box.left, y: (now.y + other.y) / 2 - box.top };
    this.zoom(after / before, middle);
    this.set(this.x + (now.x - last.x) / 2, this.y + (now.y - last.y) / 2, this.k);
  }

  up = (event) => {
    this.pointers.delete(event.pointerId);
    this.stage.classList.remove("is-dragged");
    setTimeout(() => this.pointers.size || (this.dragged = false)); // after the click that ends it
  };
}

function into(low, high, least, most) {
  if (high - low > most - least) return low > least || high < most ? (least + most - low - high) / 2 : 0;
  if (low < least) return least - low;
  return high > most ? most - high : 0;
}
