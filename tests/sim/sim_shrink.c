// SPDX-License-Identifier: GPL-2.0-or-later
/* Makes a failing run small: what is not needed for the same failure is dropped. */

#include <string.h>

#include "tests/sim/sim.h"

static bool fails(struct sim_world *w, const struct sim_setup *setup, const struct sim_plan *plan,
		  enum sim_verdict verdict)
{
	sim_run(w, setup, plan, NULL, NULL);
	return w->verdict == verdict;
}

static bool drop_ops(struct sim_world *w, const struct sim_setup *setup, struct sim_plan *plan,
		     enum sim_verdict verdict)
{
	bool any = false;

	for (int size = plan->count / 2; size > 0; size /= 2)
		for (int from = plan->count - size; from >= 0; from--) {
			struct sim_plan less = *plan;

			if (from + size > less.count)
				continue;
			memmove(&less.ops[from], &less.ops[from + size],
				(size_t)(less.count - from - size) * sizeof(less.ops[0]));
			less.count -= size;
			if (!fails(w, setup, &less, verdict))
				continue;
			*plan = less;
			any = true;
		}
	return any;
}

static bool has_group(const struct sim_plan *plan, int group)
{
	for (int i = 0; i < plan->count; i++)
		if (plan->ops[i].group == group)
			return true;
	return false;
}

/* What makes a run hard to read; each is left out when it fails without, too. */
static void calm(struct sim_world *w, struct sim_setup *setup, const struct sim_plan *plan,
		 enum sim_verdict verdict)
{
	for (int i = 0; i < 7; i++) {
		struct sim_setup less = *setup;

		if (i == 0)
			less.permille_stale = 0;
		else if (i == 1)
			less.permille_twice = 0;
		else if (i == 2)
			less.permille_fail = 0;
		else if (i == 3)
			less.prefixes = 1;
		else if (i == 4 && less.groups > 1 && !has_group(plan, less.groups - 1))
			less.groups--;
		else if (i == 5)
			less.damping_max_moves = less.hold_down = 0;
		else if (i == 6)
			less.topology = SIM_MESH;
		if (fails(w, &less, plan, verdict))
			*setup = less;
	}
}

void sim_shrink(struct sim_world *w, struct sim_setup *setup, struct sim_plan *plan)
{
	enum sim_verdict verdict = w->verdict;

	while (drop_ops(w, setup, plan, verdict))
		;
	calm(w, setup, plan, verdict);
	while (drop_ops(w, setup, plan, verdict))
		;
	/* Nothing after the failure is needed. */
	if (fails(w, setup, plan, verdict) && verdict != SIM_LIVENESS) {
		struct sim_setup less = *setup;

		less.liveness = false;
		less.end = w->failed_at + 500;
		if (fails(w, &less, plan, verdict))
			*setup = less;
	}
	fails(w, setup, plan, verdict);
}
