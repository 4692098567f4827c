// The whole at a glance, and where in it one is: press or drag to go there.
export class Minimap {
  constructor(canvas, camera) {
    Object.assign(this, { canvas, camera, context: canvas.getContext("2d"), bounds: null });
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      this.go(event);
    });
    canvas.addEventListener("pointermove", (event) => canvas.hasPointerCapture(event.pointerId) && this.go(event));
  }

  empty() {
    this.bounds = null;
    this.canvas.hidden = true;
  }

  show(plan, bounds) {
    this.plan = plan;
    this.bounds = bounds;
    this.canvas.hidden = this.isWhole();
    if (!this.canvas.hidden) this.paint(bounds);
  }

  // Where all is in sight there is nowhere to go, and it would only lie over what is drawn.
  isWhole() {
    const { left, top, right, bottom } = this.camera.seen;
    const { x, y, width, height } = this.bounds;
    return left <= x && top <= y && right >= x + width && bottom >= y + height;
  }

  paint(bounds) {
    const ratio = devicePixelRatio || 1;
    const { clientWidth: width, clientHeight: height } = this.canvas;
    this.canvas.width = width * ratio;
    this.canvas.height = height * ratio;
    this.scale = Math.min((width - 12) / bounds.width, (height - 12) / bounds.height, 0.2) * ratio;
    this.left = (this.canvas.width - bounds.width * this.scale) / 2;
    this.top = (this.canvas.height - bounds.height * this.scale) / 2;
    this.cards = this.picture();
    this.frame();
  }

  // Cards do not move while one looks around, so they are painted once.
  picture() {
    const picture = document.createElement("canvas");
    [picture.width, picture.height] = [this.canvas.width, this.canvas.height];
    const context = picture.getContext("2d");
    const style = getComputedStyle(this.canvas);
    for (const [id, place] of this.plan.places) {
      const box = this.plan.boxes.get(id);
      context.fillStyle = id === this.plan.graph.answer.focus ? style.outlineColor : style.color;
      const { x, y } = this.at(place.x, place.y);
      context.fillRect(x, y, Math.max(2, box.width * this.scale), Math.max(2, box.height * this.scale));
    }
    return picture;
  }

  at(x, y) {
    return { x: this.left + (x - this.bounds.x) * this.scale, y: this.top + (y - this.bounds.y) * this.scale };
  }

  moved() {
    if (!this.bounds) return;
    if (this.canvas.hidden !== this.isWhole()) this.show(this.plan, this.bounds);
    else if (!this.canvas.hidden) this.frame();
  }

  frame() {
    if (!this.canvas.width) return;
    const { context, canvas } = this;
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.drawImage(this.cards, 0, 0);
    const { left, top, right, bottom } = this.camera.seen;
    const [from, to] = [this.at(left, top), this.at(right, bottom)];
    context.strokeStyle = getComputedStyle(canvas).caretColor;
    context.lineWidth = 1.5 * (devicePixelRatio || 1);
    context.strokeRect(from.x, from.y, to.x - from.x, to.y - from.y);
  }

  go(event) {
    const box = this.canvas.getBoundingClientRect();
    const ratio = this.canvas.width / box.width;
    const x = ((event.clientX - box.left) * ratio - this.left) / this.scale + this.bounds.x;
    const y = ((event.clientY - box.top) * ratio - this.top) / this.scale + this.bounds.y;
    this.camera.centre(x, y, this.camera.k, false);
  }
}
