// SPDX-License-Identifier: GPL-2.0-or-later
/* Faults, commands and changes of the configuration: in words, and carried out. */

#include <stdlib.h>
#include <string.h>

#include "tests/sim/sim.h"

/*
 * Arguments, in their order: s a site (a), t another site (b), g a group,
 * n a number, b yes or no.
 */
static const struct {
	const char *name;
	const char *args;
} ops[SIM_OP_COUNT] = {
	[SIM_OP_CUT] = { "cut", "st" },
	[SIM_OP_HEAL] = { "heal", "st" },
	[SIM_OP_ISOLATE] = { "isolate", "s" },
	[SIM_OP_JOIN] = { "join", "s" },
	[SIM_OP_KILL] = { "kill-frrd", "s" },
	[SIM_OP_START] = { "start-frrd", "s" },
	[SIM_OP_STOP] = { "stop-frrd", "s" },
	[SIM_OP_CONT] = { "continue-frrd", "s" },
	[SIM_OP_SHUTDOWN] = { "end-frrd", "s" },
	[SIM_OP_SESSION] = { "break-session", "s" },
	[SIM_OP_ZEBRA] = { "kill-zebra", "sn" },
	[SIM_OP_BGPD] = { "kill-bgpd", "sn" },
	[SIM_OP_DIE] = { "kill-site", "s" },
	[SIM_OP_RETURN] = { "start-site", "s" },
	[SIM_OP_FREEZE] = { "freeze-site", "s" },
	[SIM_OP_THAW] = { "thaw-site", "s" },
	[SIM_OP_HEALTH] = { "healthy", "sgb" },
	[SIM_OP_ATTACHABLE] = { "attachable", "sgb" },
	[SIM_OP_ALLOW] = { "programs-allow", "sgb" },
	[SIM_OP_FAILOVER] = { "failover", "sgb" },
	[SIM_OP_FAILOVER_TO] = { "failover-to", "sgt" },
	[SIM_OP_SWITCHOVER] = { "switchover", "sgt" },
	[SIM_OP_RELEASE] = { "release", "sg" },
	[SIM_OP_HOLD] = { "hold", "sg" },
	[SIM_OP_RESUME] = { "resume", "sg" },
	[SIM_OP_MAINTENANCE] = { "maintenance", "sb" },
	[SIM_OP_FAILBACK] = { "failback-automatic", "gb" },
	[SIM_OP_MBB] = { "make-before-break", "gb" },
	[SIM_OP_AUTO] = { "auto-failover", "gb" },
	[SIM_OP_SWAP] = { "swap-ranks", "gst" },
	[SIM_OP_MEMBER] = { "member", "sgb" },
	[SIM_OP_OWNER] = { "expect-owner", "gs" },
};

void sim_op_words(const struct sim_op *op, char *buf, size_t size)
{
	size_t used = (size_t)snprintf(buf, size, "%s", ops[op->type].name);

	for (const char *arg = ops[op->type].args; *arg; arg++) {
		int64_t value = *arg == 's' ? op->a : *arg == 't' ? op->b :
				*arg == 'g' ? op->group + 1 : op->arg;

		if (*arg == 'b')
			used += (size_t)snprintf(buf + used, size - used, " %s", value ? "yes" : "no");
		else
			used += (size_t)snprintf(buf + used, size - used, " %" PRId64, value);
	}
}

static bool parse_arg(char kind, const char *word, struct sim_op *op)
{
	char *end;
	long value = strtol(word, &end, 10);

	if (kind == 'b') {
		op->arg = strcmp(word, "yes") == 0;
		return op->arg || strcmp(word, "no") == 0;
	}
	if (*end || end == word || value < 0)
		return false;
	if (kind == 'n')
		op->arg = value;
	else if (kind == 'g')
		op->group = (int)value - 1;
	else if (kind == 's')
		op->a = (int)value;
	else
		op->b = (int)value;
	if (kind == 'g')
		return value >= 1 && value <= SIM_GROUPS;
	return kind == 'n' || value <= FRRD_SITE_MAX;
}

/* NAME ARG...; `at` is not touched. */
bool sim_op_parse(char *words, struct sim_op *ret_op)
{
	char *save, *word = strtok_r(words, " \t\n", &save);
	int64_t at = ret_op->at;

	for (int type = 0; word && type < SIM_OP_COUNT; type++) {
		if (strcmp(word, ops[type].name) != 0)
			continue;
		*ret_op = (struct sim_op){ .at = at, .type = (enum sim_op_type)type };
		for (const char *arg = ops[type].args; *arg; arg++) {
			word = strtok_r(NULL, " \t\n", &save);
			if (!word || !parse_arg(*arg, word, ret_op))
				return false;
		}
		return strtok_r(NULL, " \t\n", &save) == NULL;
	}
	return false;
}

/* --- carried out ---------------------------------------------------------------------- */

static void set_link(struct sim_world *w, int a, int b, bool up)
{
	if (sim_net_has_link(w->setup, a, b))
		w->links[a][b].up = w->links[b][a].up = up;
}

static void set_links(struct sim_world *w, int a, bool up)
{
	for (int b = 1; b <= w->setup->sites; b++)
		set_link(w, a, b, up);
	sim_net_changed(w, true);
}

static void back_after(struct sim_world *w, const struct sim_op *op, uint8_t what)
{
	sim_post(w, w->now + op->arg,
		 (struct sim_event){ .type = SIM_EV_START, .a = (uint8_t)op->a, .value = what });
}

static void set_health(struct sim_world *w, int site, int group, bool healthy)
{
	struct frrd_event event = { .type = FRRD_EVENT_HEALTH, .healthy = healthy };
	struct sim_site *s = &w->sites[site];

	if (healthy)
		s->unhealthy &= (uint16_t)~(1u << group);
	else
		s->unhealthy |= (uint16_t)(1u << group);
	if (sim_frrd_runs(w, site))
		sim_frrd_post(w, site, group, &event);
}

/* Programs of pre-announce at a site, from now on. */
static void set_allowed(struct sim_world *w, int site, int group, bool allowed)
{
	struct sim_site *s = &w->sites[site];

	if (allowed)
		s->forbidding &= (uint16_t)~(1u << group);
	else
		s->forbidding |= (uint16_t)(1u << group);
}

static void command(struct sim_world *w, const struct sim_op *op)
{
	struct frrd_event event = { .type = FRRD_EVENT_RESUME };

	switch ((int)op->type) { /* a part of them */
	case SIM_OP_FAILOVER:
		event.type = FRRD_EVENT_FAILOVER;
		event.force = op->arg;
		break;
	case SIM_OP_FAILOVER_TO:
		event.type = op->a == op->b ? FRRD_EVENT_FAILOVER : FRRD_EVENT_FAILOVER_TO;
		if (op->a != op->b)
			event.to = (uint8_t)op->b;
		break;
	case SIM_OP_SWITCHOVER:
		event.type = op->a == op->b ? FRRD_EVENT_SWITCHOVER_HERE
					    : FRRD_EVENT_SWITCHOVER_AWAY;
		if (op->a != op->b)
			event.to = (uint8_t)op->b;
		break;
	case SIM_OP_RELEASE:
		event.type = FRRD_EVENT_RELEASE;
		break;
	case SIM_OP_HOLD:
		event.type = FRRD_EVENT_HOLD;
		break;
	default:
		break;
	}
	sim_frrd_command(w, op->a, op->group, &event);
}

/* A change that is made at every site, one after the other, in the order of the changes. */
static void configure(struct sim_world *w, int index)
{
	for (int site = 1; site <= w->setup->sites; site++) {
		struct sim_site *s = &w->sites[site];
		int64_t at = w->now + sim_draw(w, SIM_DRAW_SKEW, site, index, 0,
					       (struct sim_range){ 0, 1500 });

		if (at < s->config_at)
			at = s->config_at;
		s->config_at = at + 1;
		sim_post(w, at,
			 (struct sim_event){ .type = SIM_EV_CONFIG,
					     .a = (uint8_t)site,
					     .c = (uint16_t)index });
	}
}

static void set_bit(uint16_t *set, int site, bool on)
{
	if (on)
		*set |= SIM_BIT(site);
	else
		*set &= (uint16_t)~SIM_BIT(site);
}

/* One site commits the change. */
void sim_op_commit(struct sim_world *w, int site, int index)
{
	const struct sim_op *op = &w->plan->ops[index];
	struct sim_site *s = &w->sites[site];
	struct sim_conf *conf = &s->conf[op->group];
	uint8_t rank;

	/* Who stands still reads it later; who is dead, at the start. */
	if (s->process != SIM_DEAD && !sim_frrd_runs(w, site)) {
		sim_post(w, w->now + 50,
			 (struct sim_event){ .type = SIM_EV_CONFIG,
					     .a = (uint8_t)site,
					     .c = (uint16_t)index });
		return;
	}
	sim_trace(w, site, "commits change %d", index);
	switch ((int)op->type) { /* a part of them */
	case SIM_OP_MAINTENANCE:
		for (int g = 0; g < w->setup->groups; g++) {
			set_bit(&s->conf[g].maintenance, op->a, op->arg);
			sim_frrd_config(w, site, g);
		}
		return;
	case SIM_OP_FAILBACK:
		conf->failback = op->arg;
		break;
	case SIM_OP_MBB:
		conf->make_before_break = op->arg;
		break;
	case SIM_OP_AUTO:
		conf->auto_failover = op->arg;
		break;
	case SIM_OP_SWAP:
		rank = conf->rank[op->a];
		conf->rank[op->a] = conf->rank[op->b];
		conf->rank[op->b] = rank;
		break;
	case SIM_OP_MEMBER:
		set_bit(&conf->members, op->a, op->arg);
		break;
	default:
		break;
	}
	sim_frrd_config(w, site, op->group);
}

static void fault(struct sim_world *w, const struct sim_op *op)
{
	switch ((int)op->type) { /* a part of them */
	case SIM_OP_CUT:
	case SIM_OP_HEAL:
		set_link(w, op->a, op->b, op->type == SIM_OP_HEAL);
		sim_net_changed(w, true);
		return;
	case SIM_OP_ISOLATE:
	case SIM_OP_JOIN:
		set_links(w, op->a, op->type == SIM_OP_JOIN);
		return;
	case SIM_OP_KILL:
		sim_frrd_die(w, op->a);
		return;
	case SIM_OP_START:
		sim_frrd_start(w, op->a, true);
		return;
	case SIM_OP_STOP:
	case SIM_OP_CONT:
		sim_frrd_stop(w, op->a, op->type == SIM_OP_STOP);
		return;
	case SIM_OP_SHUTDOWN:
		sim_frrd_shutdown(w, op->a);
		return;
	case SIM_OP_SESSION:
		sim_site_session_lost(w, op->a);
		sim_frrd_disconnected(w, op->a);
		return;
	case SIM_OP_ZEBRA:
		sim_site_zebra(w, op->a, false);
		back_after(w, op, 1);
		return;
	case SIM_OP_BGPD:
		sim_site_bgpd(w, op->a, false);
		back_after(w, op, 2);
		return;
	case SIM_OP_DIE:
	case SIM_OP_RETURN:
		sim_site_alive(w, op->a, op->type == SIM_OP_RETURN);
		return;
	case SIM_OP_FREEZE:
	case SIM_OP_THAW:
		sim_site_frozen(w, op->a, op->type == SIM_OP_FREEZE);
		return;
	default:
		return;
	}
}

void sim_op_apply(struct sim_world *w, int index)
{
	const struct sim_op *op = &w->plan->ops[index];

	if (w->trace) {
		char words[80];

		sim_op_words(op, words, sizeof(words));
		sim_trace(w, 0, "[%d] %s", index, words);
	}
	if (op->type == SIM_OP_OWNER)
		sim_check_owner(w, op->group, op->a);
	else if (op->type == SIM_OP_HEALTH)
		set_health(w, op->a, op->group, op->arg);
	else if (op->type == SIM_OP_ATTACHABLE)
		sim_sequence_attachable(w, op->a, op->group, op->arg);
	else if (op->type == SIM_OP_ALLOW)
		set_allowed(w, op->a, op->group, op->arg);
	else if (op->type >= SIM_OP_MAINTENANCE)
		configure(w, index);
	else if (op->type >= SIM_OP_FAILOVER)
		command(w, op);
	else
		fault(w, op);
}

/* --- the end of all faults ------------------------------------------------------------- */

static void heal_site(struct sim_world *w, int site)
{
	sim_site_alive(w, site, true);
	sim_site_frozen(w, site, false);
	sim_site_zebra(w, site, true);
	sim_site_bgpd(w, site, true);
	sim_frrd_stop(w, site, false);
	sim_frrd_start(w, site, true);
	/* Whoever is about to end has ended by then. */
	sim_post(w, w->now + SIM_WITHDRAW_TIMEOUT_MS + 500,
		 (struct sim_event){ .type = SIM_EV_START, .a = (uint8_t)site });
}

static void heal_health(struct sim_world *w, int site)
{
	struct sim_site *s = &w->sites[site];

	s->forbidding = 0;
	for (int g = 0; g < w->setup->groups; g++)
		sim_sequence_attachable(w, site, g, true);
	for (int g = 0; g < w->setup->groups; g++)
		if (s->unhealthy & (1u << g))
			set_health(w, site, g, true);
}

static bool owns(const struct sim_grp *grp)
{
	return grp->open || frrd_state_announces(grp->fsm.state);
}

/* Of the owners that force made an operator has to choose one. */
static void end_force(struct sim_world *w, int group)
{
	struct frrd_event event = { .type = FRRD_EVENT_RELEASE };
	int open = 0;

	for (int site = 1; site <= w->setup->sites; site++)
		open += owns(&w->sites[site].grps[group]);
	for (int site = 1; site <= w->setup->sites && open > 1; site++)
		if (owns(&w->sites[site].grps[group]) && w->sites[site].grps[group].forced) {
			sim_frrd_command(w, site, group, &event);
			open--;
		}
}

static void lift(struct sim_world *w, int site)
{
	struct frrd_event event = { .type = FRRD_EVENT_RESUME };
	struct sim_site *s = &w->sites[site];

	for (int g = 0; g < w->setup->groups; g++) {
		s->conf[g].maintenance = 0;
		if (w->setup->plain & SIM_BIT(site))
			continue;
		sim_frrd_config(w, site, g);
		sim_frrd_command(w, site, g, &event);
	}
}

static void heal_links(struct sim_world *w)
{
	int n = w->setup->sites;

	for (int a = 1; a <= n; a++)
		for (int b = 1; b <= n; b++)
			set_link(w, a, b, true);
	sim_net_changed(w, true);
}

void sim_op_heal_all(struct sim_world *w, enum sim_heal what)
{
	static const char *const words[] = { "every fault", "all health",
					     "what operators forbade" };
	int n = w->setup->sites;

	sim_trace(w, 0, "healed: %s", words[what]);
	if (what == SIM_HEAL_FAULTS)
		heal_links(w);
	for (int site = 1; site <= n; site++) {
		if (what == SIM_HEAL_FAULTS)
			heal_site(w, site);
		else if (what == SIM_HEAL_HEALTH)
			heal_health(w, site);
		else
			lift(w, site);
	}
	for (int g = 0; g < w->setup->groups && what == SIM_HEAL_COMMANDS; g++)
		end_force(w, g);
}
