// Motion of planck, matter-js or Rapier: node engines.mjs ENGINE MODULES PLAN.json
//
// The plan says what there is and where it starts in each episode; see plan.go. Writes
// episode,frame,body,x,y,angle,vx,vy,omega and the actions as CSV to stdout, in metres,
// seconds and radians, and the outlines that the engine really has to stderr, as JSON.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";

const [engine, modules, file] = process.argv.slice(2);
const require = createRequire(resolve(modules) + "/");
const plan = JSON.parse(readFileSync(file, "utf8"));
const { bodies, walls, gravity, fps, damping } = plan;
const rate = -Math.log(damping); // 1/s

// Each engine is a function that makes a world of starts and returns its parts:
// read(i) gives [x, y, angle, vx, vy, omega], drive(i, vx, vy) sets a velocity, step() is a frame.
const engines = {
  planck() {
    const pl = require("planck");
    return (starts) => {
      const world = new pl.World({ gravity: pl.Vec2(...gravity), allowSleep: false });
      const ground = world.createBody();
      for (const w of walls) ground.createFixture({ shape: pl.Edge(...w.vertices.map((v) => pl.Vec2(...v))), friction: w.friction, restitution: w.elasticity });
      const list = starts.map((s, i) => {
        const b = bodies[i], shape = b.shapes[0];
        const body = world.createBody({
          type: b.kind, position: pl.Vec2(s[0], s[1]), angle: s[2], linearVelocity: pl.Vec2(s[3], s[4]), angularVelocity: s[5],
          bullet: true, linearDamping: rate, angularDamping: rate,
        });
        body.createFixture({
          shape: shape.kind === "circle" ? pl.Circle(shape.radius) : pl.Polygon(shape.vertices.map((v) => pl.Vec2(...v))),
          density: b.density, friction: shape.friction, restitution: shape.elasticity,
        });
        return body;
      });
      return {
        read: (i) => { const b = list[i], p = b.getPosition(), v = b.getLinearVelocity(); return [p.x, p.y, b.getAngle(), v.x, v.y, b.getAngularVelocity()]; },
        drive: (i, x, y) => list[i].setLinearVelocity(pl.Vec2(x, y)),
        step: () => world.step(1 / fps, 10, 10),
      };
    };
  },
  matter() {
    const { Engine, Bodies, Body, Composite } = require("matter-js");
    const S = 100; // pixels a metre
    return (starts) => {
      const g = Math.hypot(...gravity);
      const en = Engine.create({ gravity: { x: gravity[0] / (g || 1), y: gravity[1] / (g || 1), scale: (g * S) / 1e6 }, positionIterations: 20, velocityIterations: 20 });
      const material = (s) => ({ friction: s.friction, frictionStatic: 0, restitution: s.elasticity });
      for (const w of walls) { // thick boxes behind the line, which is on their left
        const [a, b] = w.vertices, dx = b[0] - a[0], dy = b[1] - a[1], length = Math.hypot(dx, dy), thick = 1;
        const x = (a[0] + b[0]) / 2 + (dy / length) * (thick / 2), y = (a[1] + b[1]) / 2 - (dx / length) * (thick / 2);
        Composite.add(en.world, Bodies.rectangle(x * S, y * S, (length + 2) * S, thick * S, { isStatic: true, angle: Math.atan2(dy, dx), ...material(w) }));
      }
      const list = starts.map((s, i) => {
        const b = bodies[i], shape = b.shapes[0];
        const options = { frictionAir: 1 - Math.exp(-rate / fps), isStatic: b.kind === "kinematic", ...material(shape) };
        const body = shape.kind === "circle" ? Bodies.circle(s[0] * S, s[1] * S, shape.radius * S, options)
          : Bodies.rectangle(s[0] * S, s[1] * S, 2 * S * shape.vertices[1][0], 2 * S * shape.vertices[2][1], options);
        if (b.kind !== "kinematic") { Body.setMass(body, b.mass); Body.setInertia(body, b.moment * S * S); }
        Body.setAngle(body, s[2]);
        Body.setVelocity(body, { x: (s[3] * S) / 60, y: (s[4] * S) / 60 });
        Body.setAngularVelocity(body, s[5] / 60);
        return body;
      });
      outlines = list.map((b) => b.vertices.map((v) => {
        const x = (v.x - b.position.x) / S, y = (v.y - b.position.y) / S, c = Math.cos(b.angle), n = Math.sin(b.angle);
        return [c * x + n * y, c * y - n * x];
      }));
      Composite.add(en.world, list);
      const driven = new Map();
      return {
        read: (i) => { const b = list[i], d = driven.get(i); return [b.position.x / S, b.position.y / S, b.angle, ...(d || [(b.velocity.x * 60) / S, (b.velocity.y * 60) / S]), b.angularVelocity * 60]; },
        drive: (i, x, y) => driven.set(i, [x, y]),
        step: () => {
          for (const [i, [x, y]] of driven) {
            Body.setPosition(list[i], { x: list[i].position.x + (x * S) / fps, y: list[i].position.y + (y * S) / fps });
            Body.setVelocity(list[i], { x: (x * S) / 60, y: (y * S) / 60 });
          }
          Engine.update(en, 1000 / fps);
        },
      };
    };
  },
  async rapier() {
    const R = require("@dimforge/rapier2d-compat");
    await R.init();
    return (starts) => {
      const world = new R.World({ x: gravity[0], y: gravity[1] });
      world.timestep = 1 / fps;
      for (const w of walls) world.createCollider(R.ColliderDesc.segment(...w.vertices.map(([x, y]) => ({ x, y }))).setFriction(w.friction).setRestitution(w.elasticity));
      const list = starts.map((s, i) => {
        const b = bodies[i], shape = b.shapes[0];
        const desc = (b.kind === "kinematic" ? R.RigidBodyDesc.kinematicVelocityBased() : R.RigidBodyDesc.dynamic())
          .setTranslation(s[0], s[1]).setRotation(s[2]).setLinvel(s[3], s[4]).setAngvel(s[5]).setLinearDamping(rate).setAngularDamping(rate).setCanSleep(false).setCcdEnabled(true);
        const body = world.createRigidBody(desc);
        const c = shape.kind === "circle" ? R.ColliderDesc.ball(shape.radius) : R.ColliderDesc.cuboid(shape.vertices[1][0], shape.vertices[2][1]);
        world.createCollider(c.setDensity(b.density).setFriction(shape.friction).setRestitution(shape.elasticity), body);
        return body;
      });
      const turns = starts.map((s) => s[2]);
      return {
        read: (i) => {
          const b = list[i], p = b.translation(), v = b.linvel(), a = b.rotation();
          turns[i] = a + 2 * Math.PI * Math.round((turns[i] - a) / (2 * Math.PI)); // Rapier's angles are wrapped
          return [p.x, p.y, turns[i], v.x, v.y, b.angvel()];
        },
        drive: (i, x, y) => list[i].setLinvel({ x, y }, true),
        step: () => world.step(),
        free: () => world.free(),
      };
    };
  },
};

let outlines = null;
const make = await engines[engine]();
const lines = ["episode,frame,body,x,y,angle,vx,vy,omega" + (plan.pusher >= 0 ? ",action0,action1" : "")];
for (const [e, episode] of plan.episodes.entries()) {
  const world = make(episode.starts);
  for (let frame = 0; frame < plan.frames; frame++) {
    const action = plan.pusher >= 0 ? episode.actions[Math.min(frame, episode.actions.length - 1)] : [];
    if (plan.pusher >= 0) world.drive(plan.pusher, ...action);
    for (let i = 0; i < bodies.length; i++) {
      const state = world.read(i);
      if (i === plan.pusher && frame > 0) state.splice(3, 2, ...episode.actions[Math.min(frame, episode.actions.length) - 1]);
      else if (i === plan.pusher) state.splice(3, 2, 0, 0);
      lines.push([e, frame, i, ...state, ...action].join(","));
    }
    if (frame + 1 < plan.frames) world.step();
  }
  world.free?.();
}
process.stderr.write(JSON.stringify(outlines));
process.stdout.write(lines.join("\n") + "\n");
