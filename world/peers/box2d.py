#!/usr/bin/env python3
"""Motion of Box2D 2.3: box2d.py MODULES PLAN.json. What the plan says and what is written is as in engines.mjs."""
import json, math, sys

sys.path.insert(0, sys.argv[1])
from Box2D import b2CircleShape, b2EdgeShape, b2FixtureDef, b2PolygonShape, b2World, b2_kinematicBody

plan = json.load(open(sys.argv[2]))
bodies, fps, pusher = plan["bodies"], plan["fps"], plan["pusher"]
rate = -math.log(plan["damping"])  # 1/s
out = ["episode,frame,body,x,y,angle,vx,vy,omega" + (",action0,action1" if pusher >= 0 else "")]
for e, episode in enumerate(plan["episodes"]):
    world = b2World(gravity=plan["gravity"], doSleep=False)
    ground = world.CreateStaticBody()
    for w in plan["walls"]:
        ground.CreateFixture(b2FixtureDef(shape=b2EdgeShape(vertices=w["vertices"]), friction=w["friction"], restitution=w["elasticity"]))
    made = []
    for b, s in zip(bodies, episode["starts"]):
        shape = b["shapes"][0]
        body = world.CreateDynamicBody(position=s[:2], angle=s[2], linearVelocity=s[3:5], angularVelocity=s[5], bullet=True, linearDamping=rate, angularDamping=rate)
        outline = b2CircleShape(radius=shape["radius"]) if shape["kind"] == "circle" else b2PolygonShape(vertices=shape["vertices"])
        body.CreateFixture(b2FixtureDef(shape=outline, density=b["density"], friction=shape["friction"], restitution=shape["elasticity"]))
        if b["kind"] == "kinematic":
            body.type = b2_kinematicBody
        made.append(body)
    for frame in range(plan["frames"]):
        action = episode["actions"][min(frame, len(episode["actions"]) - 1)] if pusher >= 0 else []
        for i, b in enumerate(made):
            v = b.linearVelocity
            state = [b.position[0], b.position[1], b.angle, v[0], v[1], b.angularVelocity]
            out.append(",".join("%.9g" % x for x in [e, frame, i, *state, *action]))
        if pusher >= 0:
            made[pusher].linearVelocity = action
        if frame + 1 < plan["frames"]:
            world.Step(1 / fps, 10, 10)
sys.stderr.write("null")
sys.stdout.write("\n".join(out) + "\n")
