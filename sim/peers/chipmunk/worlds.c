/* Steps the three worlds of `orrery bench sim` on C Chipmunk, in one thread:
 *
 *     cc -O2 -o worlds worlds.c -lchipmunk -lm
 *     ./worlds A 1.5
 *
 * runs world A for about 1.5 s of wall time and prints the steps per second, the
 * making of a new world every 500 steps included. Units are metre, kilogram and
 * second. */
#include <chipmunk/chipmunk.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { WORLD_STEPS = 500, MAX_BODIES = 101 };

static unsigned seed;

static double between(double low, double high) {
  seed = seed * 1664525u + 1013904223u;
  return low + (high - low) * (seed / 4294967296.0);
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}

typedef struct {
  cpSpace *space;
  cpBody *bodies[MAX_BODIES];
  int n;
  cpBody *pusher; /* NULL in worlds A and B */
  double dt;
} World;

static void add_shape(World *w, cpShape *shape, double friction, double elasticity) {
  cpShapeSetFriction(shape, friction);
  cpShapeSetElasticity(shape, elasticity);
  cpSpaceAddShape(w->space, shape);
}

static void add_walls(World *w, cpVect low, cpVect high, double friction, double elasticity) {
  cpVect corners[4] = {low, cpv(high.x, low.y), high, cpv(low.x, high.y)};
  for (int i = 0; i < 4; i++)
    add_shape(w, cpSegmentShapeNew(cpSpaceGetStaticBody(w->space), corners[i], corners[(i + 1) % 4], 0.02), friction, elasticity);
}

static cpBody *add_body(World *w, cpBody *body, double x, double y) {
  cpBodySetPosition(body, cpv(x, y));
  return w->bodies[w->n++] = cpSpaceAddBody(w->space, body);
}

static cpBody *disc(void) { return cpBodyNew(1, cpMomentForCircle(1, 0, 0.05, cpvzero)); }

static void billiards(World *w) {
  add_walls(w, cpv(-1, -1), cpv(1, 1), 0.2, 0.95);
  for (int i = 0; i < 16; i++) {
    double x = -0.6 + 0.4 * (i % 4) + between(-0.1, 0.1);
    double y = -0.6 + 0.4 * (i / 4) + between(-0.1, 0.1);
    double vx = between(-1, 1), vy = between(-1, 1);
    cpBody *body = add_body(w, disc(), x, y);
    cpBodySetVelocity(body, cpv(vx, vy));
    add_shape(w, cpCircleShapeNew(body, 0.05, cpvzero), 0.2, 0.95);
  }
}

static void pile(World *w) {
  cpSpaceSetGravity(w->space, cpv(0, -9.81));
  add_walls(w, cpv(-1, 0), cpv(1, 4), 0.5, 0);
  for (int i = 0; i < 100; i++) {
    int box = i % 2 == 0;
    double x = -0.8 + 0.17 * (i % 10) + between(-0.02, 0.02);
    double y = 0.2 + 0.2 * (i / 10) + between(-0.02, 0.02);
    cpBody *body = add_body(w, box ? cpBodyNew(1, cpMomentForBox(1, 0.1, 0.1)) : disc(), x, y);
    add_shape(w, box ? cpBoxShapeNew(body, 0.1, 0.1, 0) : cpCircleShapeNew(body, 0.05, cpvzero), 0.5, 0);
  }
}

static void pusher(World *w) {
  cpVect bar[4] = {{-0.6, -0.45}, {0.6, -0.45}, {0.6, -0.15}, {-0.6, -0.15}};
  cpVect stem[4] = {{-0.15, -0.15}, {0.15, -0.15}, {0.15, 0.75}, {-0.15, 0.75}};
  double moment = cpMomentForPoly(0.5, 4, bar, cpvzero, 0) + cpMomentForPoly(0.5, 4, stem, cpvzero, 0);
  w->dt = 0.01;
  cpSpaceSetDamping(w->space, 0);
  add_walls(w, cpv(0.05, 0.05), cpv(5.07, 5.07), 1, 0);
  cpBody *tee = add_body(w, cpBodyNew(1, moment), 2.56, 2.56);
  cpBodySetAngle(tee, between(0, 2 * CP_PI));
  add_shape(w, cpPolyShapeNewRaw(tee, 4, bar, 0), 1, 0);
  add_shape(w, cpPolyShapeNewRaw(tee, 4, stem, 0), 1, 0);
  w->pusher = add_body(w, cpBodyNewKinematic(), 1.2, 1.2);
  add_shape(w, cpCircleShapeNew(w->pusher, 0.15, cpvzero), 1, 0);
}

static void run(World *w) {
  cpVect target = cpvzero;
  for (int step = 0; step < WORLD_STEPS; step++) {
    if (w->pusher) {
      if (step % 10 == 0) {
        target.x = between(1, 4);
        target.y = between(1, 4);
      }
      cpVect away = cpvsub(target, cpBodyGetPosition(w->pusher)), v = cpBodyGetVelocity(w->pusher);
      cpVect push = cpvsub(cpvmult(away, 100), cpvmult(v, 20));
      cpBodySetVelocity(w->pusher, cpvadd(v, cpvmult(push, w->dt)));
    }
    cpSpaceStep(w->space, w->dt);
  }
}

typedef struct {
  cpShape *shapes[2 * MAX_BODIES];
  int n;
} ShapeList;

static void collect(cpShape *shape, void *list) {
  ShapeList *all = list;
  all->shapes[all->n++] = shape;
}

static void destroy(World *w) {
  ShapeList all = {.n = 0};
  cpSpaceEachShape(w->space, collect, &all);
  for (int i = 0; i < all.n; i++) {
    cpSpaceRemoveShape(w->space, all.shapes[i]);
    cpShapeFree(all.shapes[i]);
  }
  for (int i = 0; i < w->n; i++) {
    cpSpaceRemoveBody(w->space, w->bodies[i]);
    cpBodyFree(w->bodies[i]);
  }
  cpSpaceFree(w->space);
}

int main(int argc, char **argv) {
  if (argc != 3 || argv[1][0] < 'A' || argv[1][0] > 'C') {
    fprintf(stderr, "usage: worlds A|B|C SECONDS\n");
    return 2;
  }
  double seconds = atof(argv[2]), began = now(), taken;
  unsigned worlds = 0;
  do {
    World w = {.space = cpSpaceNew(), .dt = 1.0 / 60};
    cpSpaceSetIterations(w.space, 10);
    cpSpaceSetCollisionSlop(w.space, 0.001);
    seed = ++worlds;
    switch (argv[1][0]) {
    case 'A': billiards(&w); break;
    case 'B': pile(&w); break;
    case 'C': pusher(&w); break;
    }
    run(&w);
    destroy(&w);
    taken = now() - began;
  } while (taken < seconds);
  printf("%.9g\n", worlds * WORLD_STEPS / taken);
  return 0;
}
