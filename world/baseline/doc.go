// Package baseline holds the models that a learned one must beat.
//
// Still says that nothing changes. Ballistic knows gravity and drag and no
// contact: it is exact until something touches. Neither has parameters, so both
// can be used as they are:
//
//	fall, err := world.Rollout(baseline.Ballistic(), scenes, starts, 121, 2)
//
// Units are those of package sim. Both models accept every valid scene and are
// deterministic, immutable and safe for concurrent use.
package baseline
