// SPDX-License-Identifier: GPL-2.0-or-later
/* Setups and plans from a seed. */

#include <stdlib.h>
#include <string.h>

#include "tests/sim/sim.h"

/* What a profile draws from: weights of the kinds of trouble. */
static const struct profile {
	const char *name;
	int sites_lo, sites_hi;
	int links, site, frrd, routers, commands, config, health, steps;
	int ops_hi;
} profiles[] = {
	/* name       sites   links site frrd routers commands config health steps ops */
	{ "mixed", 3, 5, 4, 3, 4, 2, 5, 1, 2, 0, 9 },
	{ "network", 3, 5, 8, 2, 0, 1, 0, 0, 0, 0, 8 },
	{ "process", 3, 4, 2, 2, 8, 4, 1, 0, 0, 0, 8 },
	{ "command", 3, 4, 1, 1, 1, 0, 9, 1, 2, 0, 10 },
	{ "handover", 3, 4, 2, 2, 2, 1, 6, 0, 1, 0, 4 },
	{ "config", 3, 4, 1, 1, 1, 0, 3, 6, 1, 0, 9 },
	{ "pair", 2, 2, 3, 2, 3, 2, 4, 1, 1, 0, 7 },
	{ "steps", 3, 4, 2, 2, 3, 2, 7, 1, 2, 3, 7 },
	{ "big", 6, 15, 5, 5, 4, 2, 4, 1, 1, 0, 12 },
};

static int one_of(struct sim_rng *rng, const int *values, int count)
{
	return values[sim_pick(rng, 0, count - 1)];
}
#define ONE_OF(rng, ...)                                                                           \
	one_of(rng, (const int[]){ __VA_ARGS__ },                                                  \
	       (int)(sizeof((const int[]){ __VA_ARGS__ }) / sizeof(int)))

/* --- the setup ------------------------------------------------------------------------ */

void sim_setup_usual(struct sim_setup *ret_setup)
{
	*ret_setup = (struct sim_setup){
		.seed = 1,
		.sites = 3,
		.groups = 1,
		.prefixes = 1,
		.way = { 5, 120 },
		.detect = { 100, 150 },
		.reconnect = { 100, 600 },
		.zebra = { 1, 6 },
		.takeover_delay = 60,
		.stagger = 400,
		.fence_delay = 0,
		.settle_time = 400,
		.hold_down = 0,
		.stale_retention = 3000,
		.handover_timeout = 3000,
		.wait_to_restore = 1000,
		.damping_window = 10000,
		.damping_max_moves = 0,
		.end = 20000,
		.liveness = true,
	};
	ret_setup->voters = 0x0e;
	ret_setup->conf[0] = (struct sim_conf){ .members = 0x06, .auto_failover = true };
	ret_setup->conf[0].rank[2] = 1;
}

/* As the rules of the budget have it; see frrd/core/budget.c. */
static void draw_timers(struct sim_rng *rng, struct sim_setup *setup)
{
	static const struct sim_range detect[] = { { 100, 150 }, { 600, 900 }, { 2000, 3000 } };
	static const struct sim_range way[] = { { 5, 120 }, { 1, 20 }, { 40, 200 }, { 1, 200 } };
	int spread;

	setup->detect = detect[ONE_OF(rng, 0, 0, 0, 1, 1, 2)];
	setup->way = way[sim_pick(rng, 0, 3)];
	setup->reconnect.lo = ONE_OF(rng, 20, 200, 1000);
	setup->reconnect.hi = setup->reconnect.lo + ONE_OF(rng, 10, 300, 2000);
	setup->zebra = (struct sim_range){ 1, 6 };
	spread = setup->detect.hi - setup->detect.lo;
	setup->fence_delay = ONE_OF(rng, 0, 0, 0, 100, 1000);
	setup->takeover_delay = spread + setup->fence_delay + 10 + ONE_OF(rng, 0, 0, 40, 500);
	setup->stagger = (spread > 200 ? spread : 200) + 200 + ONE_OF(rng, 0, 0, 100);
	setup->settle_time = setup->detect.hi + ONE_OF(rng, 0, 0, 500, 2000);
	setup->hold_down = ONE_OF(rng, 0, 0, 3000);
	setup->stale_retention = ONE_OF(rng, 0, 1000, 3000, 3000);
	setup->handover_timeout = ONE_OF(rng, 500, 3000, 3000);
	setup->wait_to_restore = ONE_OF(rng, 0, 500, 3000);
	setup->damping_window = ONE_OF(rng, 5000, 20000);
	setup->damping_max_moves = ONE_OF(rng, 0, 1, 2, 5);
}

static void draw_group(struct sim_rng *rng, struct sim_setup *setup, struct sim_conf *conf)
{
	uint8_t order[SIM_SITES];
	int n = setup->sites;

	for (int i = 0; i < n; i++)
		order[i] = (uint8_t)(i + 1);
	for (int i = n - 1; i > 0; i--) {
		int j = sim_pick(rng, 0, i);
		uint8_t site = order[i];

		order[i] = order[j];
		order[j] = site;
	}
	*conf = (struct sim_conf){ .auto_failover = !sim_one_in(rng, 12),
				   .failback = sim_one_in(rng, 3),
				   .make_before_break = sim_one_in(rng, 2),
				   .withdraw_alone = sim_one_in(rng, 3) };
	for (int i = 0; i < n; i++) {
		conf->rank[order[i]] = (uint8_t)i;
		if (!(setup->plain & SIM_BIT(order[i])) && (i < 2 || sim_one_in(rng, 2)))
			conf->members |= SIM_BIT(order[i]);
	}
}

static void draw_setup(struct sim_rng *rng, const struct profile *profile,
		       struct sim_setup *setup)
{
	int n = sim_pick(rng, profile->sites_lo, profile->sites_hi);

	*setup = (struct sim_setup){ .sites = n, .liveness = true };
	setup->groups = sim_one_in(rng, 4) ? 2 : 1;
	setup->prefixes = sim_pick(rng, 1, SIM_PREFIXES);
	setup->topology = n > 2 ? (enum sim_topology)ONE_OF(rng, 0, 0, 0, 1, 2) : SIM_MESH;
	for (int id = 1; id <= n; id++)
		setup->voters |= SIM_BIT(id);
	/* An even number of sites without a vote more is odd again, now and then. */
	if (n > 3 && n % 2 == 0 && sim_one_in(rng, 2))
		setup->voters &= (uint16_t)~SIM_BIT(n);
	if (n >= 3 && sim_one_in(rng, 5))
		setup->plain = SIM_BIT(n);
	draw_timers(rng, setup);
	setup->flush = sim_one_in(rng, 2);
	setup->permille_stale = ONE_OF(rng, 0, 100, 300);
	setup->permille_twice = ONE_OF(rng, 0, 100);
	setup->permille_fail = ONE_OF(rng, 0, 0, 0, 50);
	for (int g = 0; g < setup->groups; g++)
		draw_group(rng, setup, &setup->conf[g]);
}

/* Programs and attachments, of every length that matters to some timer. */
static struct sim_range draw_programs(struct sim_rng *rng, const struct sim_setup *setup)
{
	static const struct sim_range ranges[] = {
		{ 0, 0 }, { 1, 1 }, { 1, 30 }, { 10, 400 }, { 300, 3000 },
	};
	struct sim_range range = ranges[sim_pick(rng, 0, 4)];

	if (sim_one_in(rng, 8)) /* longer than a handover may take */
		range = (struct sim_range){ setup->handover_timeout - 200,
					    setup->handover_timeout + 1000 };
	return range;
}

static void draw_steps(struct sim_rng *rng, struct sim_setup *setup)
{
	static const struct sim_range attach[] = { { 0, 0 }, { 1, 10 }, { 1, 10 }, { 5, 1500 } };

	setup->pre_announce = draw_programs(rng, setup);
	setup->pre_withdraw = draw_programs(rng, setup);
	setup->post = draw_programs(rng, setup);
	setup->program_limit = ONE_OF(rng, 500, 4000, 12000);
	setup->permille_slow = ONE_OF(rng, 0, 0, 100);
	setup->permille_abort = ONE_OF(rng, 0, 0, 100);
	setup->attach = attach[sim_pick(rng, 0, 3)];
	setup->permille_attach_fail = ONE_OF(rng, 0, 0, 100);
	for (int g = 0; g < setup->groups; g++)
		setup->conf[g].announce_first = sim_one_in(rng, 3);
}

/* --- the plan ------------------------------------------------------------------------- */

struct draft {
	struct sim_rng *rng;
	const struct sim_setup *setup;
	struct sim_plan *plan;
	int64_t at;
};

static void add(struct draft *d, int64_t at, struct sim_op op)
{
	if (d->plan->count == SIM_OPS)
		return;
	op.at = at;
	d->plan->ops[d->plan->count++] = op;
}

/* A time that matters: at once, a timer of the protocol more or less, or long. */
static int64_t draw_time(struct draft *d)
{
	const struct sim_setup *setup = d->setup;
	int64_t base = 0;

	switch (sim_pick(d->rng, 0, 7)) {
	case 0:
	case 1:
		return sim_pick(d->rng, 0, 30);
	case 2:
		base = setup->takeover_delay;
		break;
	case 3:
		base = setup->detect.lo + setup->takeover_delay;
		break;
	case 4:
		base = setup->detect.hi + setup->fence_delay;
		break;
	case 5:
		return sim_pick(d->rng, 0, setup->way.hi * 2);
	case 6:
		return sim_pick(d->rng, 0, 1500);
	default:
		return sim_pick(d->rng, 0, 6000);
	}
	base += sim_pick(d->rng, -60, 60);
	return base > 0 ? base : 0;
}

static int any_site(struct draft *d)
{
	return sim_pick(d->rng, 1, d->setup->sites);
}

/* Mostly a member of the group. */
static int member_of(struct draft *d, int group)
{
	int site = any_site(d);

	for (int i = 0; i < 4 && !(d->setup->conf[group].members & SIM_BIT(site)); i++)
		site = any_site(d);
	return site;
}

static void both(struct draft *d, struct sim_op op, enum sim_op_type end)
{
	add(d, d->at, op);
	if (sim_one_in(d->rng, 6))
		return; /* until everything is healed */
	op.type = end;
	add(d, d->at + 1 + draw_time(d), op);
}

static void draw_links(struct draft *d)
{
	struct sim_op op = { .type = SIM_OP_CUT, .a = any_site(d), .b = any_site(d) };

	if (sim_one_in(d->rng, 2)) {
		op.type = SIM_OP_ISOLATE;
		both(d, op, SIM_OP_JOIN);
	} else if (op.a != op.b) {
		both(d, op, SIM_OP_HEAL);
	}
}

static void draw_site(struct draft *d)
{
	struct sim_op op = { .type = SIM_OP_DIE, .a = any_site(d) };

	if (sim_one_in(d->rng, 2)) {
		both(d, op, SIM_OP_RETURN);
		return;
	}
	op.type = SIM_OP_FREEZE;
	both(d, op, SIM_OP_THAW);
}

static void draw_frrd(struct draft *d)
{
	struct sim_op op = { .type = SIM_OP_KILL, .a = any_site(d) };

	switch (sim_pick(d->rng, 0, 4)) {
	case 0:
	case 1:
		both(d, op, SIM_OP_START);
		return;
	case 2:
		op.type = SIM_OP_STOP;
		both(d, op, SIM_OP_CONT);
		return;
	case 3:
		op.type = SIM_OP_SESSION;
		add(d, d->at, op);
		return;
	default:
		op.type = SIM_OP_SHUTDOWN;
		both(d, op, SIM_OP_START);
		return;
	}
}

static void draw_router(struct draft *d)
{
	add(d, d->at,
	    (struct sim_op){ .type = sim_one_in(d->rng, 2) ? SIM_OP_ZEBRA : SIM_OP_BGPD,
			     .a = any_site(d),
			     .arg = sim_pick(d->rng, 50, 3000) });
}

static void draw_command(struct draft *d)
{
	int group = sim_pick(d->rng, 0, d->setup->groups - 1);
	struct sim_op op = { .type = SIM_OP_SWITCHOVER,
			     .group = group,
			     .a = any_site(d),
			     .b = member_of(d, group) };

	switch (sim_pick(d->rng, 0, 11)) {
	case 0:
		op.type = SIM_OP_FAILOVER;
		op.a = op.b;
		op.arg = sim_one_in(d->rng, 3);
		break;
	case 1:
		op.type = SIM_OP_FAILOVER_TO;
		break;
	case 2:
		op.type = SIM_OP_RELEASE;
		break;
	case 3:
		op.type = SIM_OP_HOLD;
		both(d, op, SIM_OP_RESUME);
		return;
	case 4:
		op.a = op.b;
		break;
	default:
		break;
	}
	add(d, d->at, op);
}

static void draw_config(struct draft *d)
{
	int group = sim_pick(d->rng, 0, d->setup->groups - 1);
	struct sim_op op = { .type = SIM_OP_MAINTENANCE,
			     .group = group,
			     .a = member_of(d, group),
			     .b = member_of(d, group),
			     .arg = 1 };

	switch (sim_pick(d->rng, 0, 7)) {
	case 0:
		op.type = SIM_OP_FAILBACK;
		op.arg = sim_one_in(d->rng, 2);
		break;
	case 1:
		op.type = SIM_OP_MBB;
		op.arg = sim_one_in(d->rng, 2);
		break;
	case 2:
		op.type = SIM_OP_AUTO;
		op.arg = sim_one_in(d->rng, 2);
		break;
	case 3:
		if (op.a == op.b)
			return;
		op.type = SIM_OP_SWAP;
		break;
	case 4:
		op.type = SIM_OP_MEMBER;
		op.arg = sim_one_in(d->rng, 2);
		if (d->setup->plain & SIM_BIT(op.a))
			return;
		break;
	default:
		add(d, d->at, op);
		op.arg = 0;
		add(d, d->at + 1 + draw_time(d), op);
		return;
	}
	add(d, d->at, op);
}

/* What is not well is so again, or not before health is healed. */
static void for_a_while(struct draft *d, struct sim_op op)
{
	add(d, d->at, op);
	if (sim_one_in(d->rng, 4))
		return;
	op.arg = 1;
	add(d, d->at + 1 + draw_time(d), op);
}

static void draw_health(struct draft *d)
{
	int group = sim_pick(d->rng, 0, d->setup->groups - 1);
	struct sim_op op = { .type = SIM_OP_HEALTH, .group = group, .a = member_of(d, group) };

	if (d->setup->plain & SIM_BIT(op.a))
		return;
	for_a_while(d, op);
}

static void draw_step(struct draft *d)
{
	int group = sim_pick(d->rng, 0, d->setup->groups - 1);
	struct sim_op op = { .type = sim_one_in(d->rng, 2) ? SIM_OP_ATTACHABLE : SIM_OP_ALLOW,
			     .group = group,
			     .a = member_of(d, group) };

	for_a_while(d, op);
}

static void draw_op(struct draft *d, const struct profile *p)
{
	int sum = p->links + p->site + p->frrd + p->routers + p->commands + p->config + p->health +
		  p->steps;
	int x = sim_pick(d->rng, 0, sum - 1);

	if ((x -= p->links) < 0)
		draw_links(d);
	else if ((x -= p->site) < 0)
		draw_site(d);
	else if ((x -= p->frrd) < 0)
		draw_frrd(d);
	else if ((x -= p->routers) < 0)
		draw_router(d);
	else if ((x -= p->commands) < 0)
		draw_command(d);
	else if ((x -= p->config) < 0)
		draw_config(d);
	else if ((x -= p->health) < 0)
		draw_health(d);
	else
		draw_step(d);
}

static int by_time(const void *a, const void *b)
{
	const struct sim_op *x = a, *y = b;

	return x->at < y->at ? -1 : x->at > y->at;
}

bool sim_random(uint64_t seed, const char *profile, struct sim_setup *ret_setup,
		struct sim_plan *ret_plan)
{
	struct sim_rng rng = { .state = seed };
	struct sim_rng steps = { .state = sim_mix(seed, 1) };
	struct draft d = { .rng = &rng, .setup = ret_setup, .plan = ret_plan };
	const struct profile *p = NULL;
	size_t count = sizeof(profiles) / sizeof(profiles[0]);
	int ops;

	for (size_t i = 0; profile && i < count; i++)
		if (strcmp(profile, profiles[i].name) == 0)
			p = &profiles[i];
	if (profile && !p)
		return false;
	if (!p)
		/* Any of them; half of all are mixed, and few are big, which take long. */
		p = &profiles[sim_one_in(&rng, 2) ? 0 : sim_pick(&rng, 1, 7 + sim_one_in(&rng, 4))];
	draw_setup(&rng, p, ret_setup);
	ret_setup->seed = sim_next(&rng);
	if (p->steps || sim_one_in(&steps, 2))
		draw_steps(&steps, ret_setup);
	ret_plan->count = 0;
	/* Some begin while the sites still come up, most with an owner. */
	d.at = sim_one_in(&rng, 8) ? sim_pick(&rng, 0, 3000)
				   : 6000 + ret_setup->settle_time + 2 * ret_setup->reconnect.hi;
	ops = sim_pick(&rng, 1, p->ops_hi);
	for (int i = 0; i < ops; i++) {
		draw_op(&d, p);
		d.at += draw_time(&d);
	}
	qsort(ret_plan->ops, (size_t)ret_plan->count, sizeof(ret_plan->ops[0]), by_time);
	for (int i = 0; i < ret_plan->count; i++)
		if (ret_plan->ops[i].at > d.at)
			d.at = ret_plan->ops[i].at;
	ret_setup->end = d.at + 4000;
	return true;
}
