// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Scenario files: a setup and a plan as text.
 *
 *   # comment
 *   KEY VALUE...        the setup; what is not named is as in sim_setup_usual()
 *   group N KEY VALUE...
 *   at MS OP ARG...     see sim_ops.c
 *
 * Sets of sites are lists of ids; ranks are the ids of members, the best first.
 */

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sim/sim.h"

#define NUMBER(name, member)                                                                       \
	{                                                                                          \
		name, offsetof(struct sim_setup, member), 1                                        \
	}
#define RANGE(name, member)                                                                        \
	{                                                                                          \
		name, offsetof(struct sim_setup, member), 2                                        \
	}

/* Members of type int, one or two of them. */
static const struct key {
	const char *name;
	size_t offset;
	int count;
} keys[] = {
	NUMBER("sites", sites),
	NUMBER("groups", groups),
	NUMBER("prefixes", prefixes),
	RANGE("way", way),
	RANGE("detect", detect),
	RANGE("reconnect", reconnect),
	RANGE("zebra", zebra),
	RANGE("pre-announce", pre_announce),
	RANGE("pre-withdraw", pre_withdraw),
	RANGE("post", post),
	NUMBER("program-limit", program_limit),
	NUMBER("permille-slow", permille_slow),
	NUMBER("permille-abort", permille_abort),
	RANGE("attach", attach),
	NUMBER("permille-attach-fail", permille_attach_fail),
	NUMBER("permille-stale", permille_stale),
	NUMBER("permille-twice", permille_twice),
	NUMBER("permille-fail", permille_fail),
	NUMBER("takeover-delay", takeover_delay),
	NUMBER("stagger", stagger),
	NUMBER("fence-delay", fence_delay),
	NUMBER("settle-time", settle_time),
	NUMBER("hold-down", hold_down),
	NUMBER("stale-retention", stale_retention),
	NUMBER("handover-timeout", handover_timeout),
	NUMBER("wait-to-restore", wait_to_restore),
	NUMBER("damping-window", damping_window),
	NUMBER("damping-max-moves", damping_max_moves),
};
#define KEYS (sizeof(keys) / sizeof(keys[0]))

static const char *const topologies[] = { "mesh", "star", "ring" };

static char *next_word(char **save)
{
	return strtok_r(NULL, " \t\n", save);
}

static bool number(const char *word, int64_t *ret_value)
{
	char *end;

	if (!word)
		return false;
	*ret_value = strtoll(word, &end, 10);
	return *end == '\0' && end != word;
}

static bool read_set(char **save, uint16_t *ret_set)
{
	int64_t id;

	*ret_set = 0;
	for (char *word = next_word(save); word; word = next_word(save)) {
		if (!number(word, &id) || id < 1 || id > FRRD_SITE_MAX)
			return false;
		*ret_set |= SIM_BIT(id);
	}
	return true;
}

static bool read_yes(char **save, bool *ret_value)
{
	char *word = next_word(save);

	*ret_value = word && strcmp(word, "yes") == 0;
	return word && (*ret_value || strcmp(word, "no") == 0);
}

static bool read_ranks(char **save, struct sim_conf *conf)
{
	int64_t id;
	uint8_t rank = 0;

	conf->members = 0;
	for (char *word = next_word(save); word; word = next_word(save)) {
		if (!number(word, &id) || id < 1 || id > FRRD_SITE_MAX)
			return false;
		conf->members |= SIM_BIT(id);
		conf->rank[id] = rank++;
	}
	/* The others after them, in case they become members. */
	for (id = 1; id <= FRRD_SITE_MAX; id++)
		if (!(conf->members & SIM_BIT(id)))
			conf->rank[id] = rank++;
	return true;
}

static bool read_group(char **save, struct sim_setup *setup)
{
	char *key;
	int64_t group;
	struct sim_conf *conf;

	if (!number(next_word(save), &group) || group < 1 || group > SIM_GROUPS)
		return false;
	conf = &setup->conf[group - 1];
	key = next_word(save);
	if (!key)
		return false;
	if (strcmp(key, "members") == 0)
		return read_ranks(save, conf);
	if (strcmp(key, "auto-failover") == 0)
		return read_yes(save, &conf->auto_failover);
	if (strcmp(key, "failback-automatic") == 0)
		return read_yes(save, &conf->failback);
	if (strcmp(key, "make-before-break") == 0)
		return read_yes(save, &conf->make_before_break);
	if (strcmp(key, "withdraw-alone") == 0)
		return read_yes(save, &conf->withdraw_alone);
	if (strcmp(key, "announce-first") == 0)
		return read_yes(save, &conf->announce_first);
	if (strcmp(key, "unattachable") == 0)
		return read_set(save, &conf->unattachable);
	return false;
}

static bool read_key(const char *key, char **save, struct sim_setup *setup)
{
	char *word;
	int64_t value;

	for (size_t i = 0; i < KEYS; i++) {
		if (strcmp(key, keys[i].name) != 0)
			continue;
		for (int j = 0; j < keys[i].count; j++) {
			if (!number(next_word(save), &value))
				return false;
			((int *)((char *)setup + keys[i].offset))[j] = (int)value;
		}
		return true;
	}
	if (strcmp(key, "voters") == 0)
		return read_set(save, &setup->voters);
	if (strcmp(key, "plain") == 0)
		return read_set(save, &setup->plain);
	if (strcmp(key, "detour") == 0)
		return read_yes(save, &setup->detour);
	if (strcmp(key, "flush") == 0)
		return read_yes(save, &setup->flush);
	if (strcmp(key, "liveness") == 0)
		return read_yes(save, &setup->liveness);
	if (strcmp(key, "end") == 0)
		return number(next_word(save), &setup->end);
	if (strcmp(key, "group") == 0)
		return read_group(save, setup);
	word = next_word(save);
	if (strcmp(key, "seed") == 0 && word) {
		setup->seed = strtoull(word, NULL, 10);
		return true;
	}
	for (int i = 0; strcmp(key, "topology") == 0 && word && i < 3; i++)
		if (strcmp(word, topologies[i]) == 0) {
			setup->topology = (enum sim_topology)i;
			return true;
		}
	return false;
}

static bool read_line(char *line, struct sim_setup *setup, struct sim_plan *plan)
{
	char *save, *key;
	struct sim_op op = { 0 };

	line[strcspn(line, "#\n")] = '\0';
	key = strtok_r(line, " \t", &save);
	if (!key)
		return true;
	if (strcmp(key, "at") != 0)
		return read_key(key, &save, setup);
	if (plan->count == SIM_OPS || !number(next_word(&save), &op.at) ||
	    !sim_op_parse(save, &op) || op.a > setup->sites || op.b > setup->sites ||
	    op.group >= setup->groups)
		return false;
	plan->ops[plan->count++] = op;
	return true;
}

bool sim_scenario_load(const char *path, struct sim_setup *ret_setup, struct sim_plan *ret_plan)
{
	FILE *file = fopen(path, "r");
	char line[256];
	int n = 0;
	bool ok = true;

	sim_setup_usual(ret_setup);
	ret_plan->count = 0;
	if (!file) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		return false;
	}
	while (ok && fgets(line, sizeof(line), file)) {
		n++;
		ok = read_line(line, ret_setup, ret_plan);
	}
	if (!ok)
		fprintf(stderr, "%s: line %d is not understood\n", path, n);
	fclose(file);
	return ok;
}

/* --- writing -------------------------------------------------------------------------- */

static void write_set(FILE *file, const char *key, uint16_t set)
{
	fprintf(file, "%s", key);
	for (int id = 1; id <= FRRD_SITE_MAX; id++)
		if (set & SIM_BIT(id))
			fprintf(file, " %d", id);
	fputc('\n', file);
}

static const char *yes(bool value)
{
	return value ? "yes" : "no";
}

static void write_group(FILE *file, int group, const struct sim_conf *conf)
{
	uint16_t left = conf->members;

	fprintf(file, "group %d members", group);
	while (left) {
		int best = 0;

		for (int id = 1; id <= FRRD_SITE_MAX; id++)
			if ((left & SIM_BIT(id)) && (!best || conf->rank[id] < conf->rank[best]))
				best = id;
		fprintf(file, " %d", best);
		left &= (uint16_t)~SIM_BIT(best);
	}
	fprintf(file, "\ngroup %d auto-failover %s\n", group, yes(conf->auto_failover));
	fprintf(file, "group %d failback-automatic %s\n", group, yes(conf->failback));
	fprintf(file, "group %d make-before-break %s\n", group, yes(conf->make_before_break));
	fprintf(file, "group %d withdraw-alone %s\n", group, yes(conf->withdraw_alone));
	fprintf(file, "group %d announce-first %s\n", group, yes(conf->announce_first));
	fprintf(file, "group %d ", group);
	write_set(file, "unattachable", conf->unattachable);
}

bool sim_scenario_save(const char *path, const struct sim_setup *setup,
		       const struct sim_plan *plan, const char *comment)
{
	FILE *file = fopen(path, "w");
	char words[80];

	if (!file)
		return false;
	fprintf(file, "# %s\n\nseed %" PRIu64 "\ntopology %s\n", comment, setup->seed,
		topologies[setup->topology]);
	for (size_t i = 0; i < KEYS; i++) {
		fprintf(file, "%s", keys[i].name);
		for (int j = 0; j < keys[i].count; j++)
			fprintf(file, " %d",
				((const int *)((const char *)setup + keys[i].offset))[j]);
		fputc('\n', file);
	}
	write_set(file, "voters", setup->voters);
	write_set(file, "plain", setup->plain);
	fprintf(file, "detour %s\nflush %s\nliveness %s\nend %" PRId64 "\n", yes(setup->detour),
		yes(setup->flush), yes(setup->liveness), setup->end);
	for (int g = 0; g < setup->groups; g++)
		write_group(file, g + 1, &setup->conf[g]);
	fputc('\n', file);
	for (int i = 0; i < plan->count; i++) {
		sim_op_words(&plan->ops[i], words, sizeof(words));
		fprintf(file, "at %" PRId64 " %s\n", plan->ops[i].at, words);
	}
	return fclose(file) == 0;
}
