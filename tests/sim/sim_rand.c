// SPDX-License-Identifier: GPL-2.0-or-later
/* Chance without history: a draw depends on the seed, on who draws, and on the time. */

#include "tests/sim/sim.h"

/* The finalizer of splitmix64 over both. */
uint64_t sim_mix(uint64_t a, uint64_t b)
{
	uint64_t z = a + 0x9e3779b97f4a7c15u * (b + 1);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

static uint64_t key_of(const struct sim_world *w, enum sim_draw why, int a, int b, int c)
{
	uint64_t who = (uint64_t)why << 48 | (uint64_t)(unsigned int)a << 32 |
		       (uint64_t)(unsigned int)b << 16 | (unsigned int)c;

	return sim_mix(sim_mix(w->setup->seed, who), (uint64_t)w->now);
}

/*
 * With an explorer only how long news and losses take is a choice: the shortest
 * or the longest time.
 */
static int explored(struct sim_world *w, enum sim_draw why, struct sim_range range)
{
	struct sim_choices *choices = w->choices;
	bool longest = choices->longest;

	if (why != SIM_DRAW_WAY && why != SIM_DRAW_DETECT)
		return (range.lo + range.hi) / 2;
	if (w->now < choices->from)
		return range.lo;
	if (choices->count < choices->given)
		longest ^= choices->decision[choices->count];
	choices->count++;
	return longest ? range.hi : range.lo;
}

int sim_draw(struct sim_world *w, enum sim_draw why, int a, int b, int c, struct sim_range range)
{
	if (range.lo >= range.hi)
		return range.lo;
	if (w->choices)
		return explored(w, why, range);
	return range.lo +
	       (int)(key_of(w, why, a, b, c) % (uint64_t)(range.hi - range.lo + 1));
}

bool sim_chance(struct sim_world *w, enum sim_draw why, int a, int b, int c, int permille)
{
	if (permille == 0 || w->choices)
		return false;
	return key_of(w, why, a, b, c) % 1000 < (uint64_t)permille;
}

/* For setups and plans, which are drawn before the world begins. */
uint64_t sim_next(struct sim_rng *rng)
{
	rng->state += 0x9e3779b97f4a7c15u;
	return sim_mix(rng->state, 0);
}

int sim_pick(struct sim_rng *rng, int lo, int hi)
{
	if (lo >= hi)
		return lo;
	return lo + (int)(sim_next(rng) % (uint64_t)(hi - lo + 1));
}

bool sim_one_in(struct sim_rng *rng, int n)
{
	return sim_next(rng) % (uint64_t)n == 0;
}
