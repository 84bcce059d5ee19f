// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/sim/sim.h"
bool sim_explore(struct sim_world *w, const char *which, bool verbose, uint64_t *ret_runs, uint64_t *ret_failed)
{ (void)w; (void)which; (void)verbose; (void)ret_runs; (void)ret_failed; return false; }
