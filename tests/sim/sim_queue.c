// SPDX-License-Identifier: GPL-2.0-or-later
/* What will happen, by time: a binary heap. */

#include <stdlib.h>

#include "tests/sim/sim.h"

static bool before(const struct sim_event *a, const struct sim_event *b)
{
	if (a->at != b->at)
		return a->at < b->at;
	if (a->tie != b->tie)
		return a->tie < b->tie;
	return a->seq < b->seq;
}

void sim_post(struct sim_world *w, int64_t at, struct sim_event event)
{
	int i;

	event.at = at > w->now ? at : w->now;
	event.seq = w->seq++;
	/*
	 * Events of one millisecond come in any order, but always in the same.  The
	 * daemon's loop runs what is ready before timers.
	 */
	if (w->choices || event.type == SIM_EV_PASS)
		event.tie = 0;
	else
		event.tie = (uint32_t)sim_mix(w->setup->seed ^ (uint64_t)event.at << 24,
					      (uint64_t)event.c << 24 | (uint64_t)event.type << 16 |
						      (uint64_t)event.a << 8 | event.b);
	if (w->heap_count == w->heap_size) {
		w->heap_size = w->heap_size ? 2 * w->heap_size : 1024;
		w->heap = realloc(w->heap, (size_t)w->heap_size * sizeof(*w->heap));
		if (!w->heap)
			abort();
	}
	for (i = w->heap_count++; i > 0 && before(&event, &w->heap[(i - 1) / 2]); i = (i - 1) / 2)
		w->heap[i] = w->heap[(i - 1) / 2];
	w->heap[i] = event;
}

bool sim_take(struct sim_world *w, struct sim_event *ret_event)
{
	struct sim_event last;
	int i = 0;

	if (w->heap_count == 0)
		return false;
	*ret_event = w->heap[0];
	last = w->heap[--w->heap_count];
	for (;;) {
		int child = 2 * i + 1;

		if (child + 1 < w->heap_count && before(&w->heap[child + 1], &w->heap[child]))
			child++;
		if (child >= w->heap_count || !before(&w->heap[child], &last))
			break;
		w->heap[i] = w->heap[child];
		i = child;
	}
	w->heap[i] = last;
	return true;
}
