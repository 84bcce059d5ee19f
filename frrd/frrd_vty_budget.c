// SPDX-License-Identifier: GPL-2.0-or-later
/* show subnet-mover budget: the worst case of each phase of a move. */

#include <zebra.h>

#include "command.h"
#include "frrstr.h"
#include "json.h"
#include "termtable.h"

#include "frrd/core/budget.h"
#include "frrd/frrd_config.h"
#include "frrd/frrd_policy.h"
#include "frrd/frrd_vty.h"

#include "frrd/frrd_vty_budget_clippy.c"

/* Lines that are a group's own; the others are the same for all groups. */
static bool is_of_group(const struct frrd_budget_line *line)
{
	return frrstr_startswith(line->code, "stagger-") ||
	       frrstr_startswith(line->code, "total-") || strmatch(line->code, "planned-move") ||
	       strmatch(line->code, "unhealthy");
}

static void add_rows(struct ttable *table, const struct frrd_budget *budget, bool of_group)
{
	struct frrd_budget_line lines[FRRD_BUDGET_LINES_MAX];
	size_t count = frrd_budget_lines(budget, lines);

	for (size_t i = 0; i < count; i++) {
		const struct frrd_budget_line *line = &lines[i];

		if (is_of_group(line) != of_group)
			continue;
		if (of_group)
			ttable_add_row(table, "%s|%s|%" PRId64 "|%" PRId64 "|%s", budget->group,
				       line->code, line->best_ms, line->worst_ms, line->text);
		else
			ttable_add_row(table, "%s|%" PRId64 "|%" PRId64 "|%s", line->code,
				       line->best_ms, line->worst_ms, line->text);
	}
}

/* Configurations that do not fit are refused, so this is the rule for reading. */
static void print_rules(struct vty *vty, const struct frrd_budget *budget)
{
	char problem[512];

	vty_out(vty, "takeover-delay is %" PRId64 " ms, and has to be %" PRId64 " ms or more\n",
		budget->takeover_delay_ms, frrd_budget_least_takeover_delay(budget));
	vty_out(vty, "settle-time is %" PRId64 " ms, and has to be %" PRId64 " ms or more\n",
		budget->settle_time_ms, frrd_budget_least_settle_time(budget));
	vty_out(vty,
		"stagger is %" PRId64 " ms, and has to be %" PRId64
		" ms or more where a group has three members\n",
		budget->stagger_ms, frrd_budget_least_stagger(budget));
	if (!frrd_budget_check(budget, problem, sizeof(problem)))
		vty_out(vty, "%% %s\n", problem);
}

static void print_budget(struct vty *vty)
{
	struct frrd_budget budget;
	struct ttable *table;
	struct frrd_grp *grp;

	frrd_policy_budget(NULL, &budget);
	print_rules(vty, &budget);
	vty_out(vty, "\nTimes are milliseconds: at best, and in the worst case.\n\n");
	table = ttable_new(&ttable_styles[TTSTYLE_BLANK]);
	ttable_add_row(table, "Phase|Best|Worst|What it is");
	add_rows(table, &budget, false);
	frrd_vty_table(vty, table);
	table = ttable_new(&ttable_styles[TTSTYLE_BLANK]);
	ttable_add_row(table, "Group|Move|Best|Worst|What it is");
	frr_each (frrd_groups, &frrd_config.groups, grp) {
		if (grp->removed)
			continue;
		frrd_policy_budget(grp, &budget);
		add_rows(table, &budget, true);
	}
	vty_out(vty, "\n");
	frrd_vty_table(vty, table);
}

static struct json_object *json_lines(const struct frrd_budget *budget, bool of_group)
{
	struct json_object *list = json_object_new_array();
	struct frrd_budget_line lines[FRRD_BUDGET_LINES_MAX];
	size_t count = frrd_budget_lines(budget, lines);

	for (size_t i = 0; i < count; i++) {
		struct json_object *entry;

		if (is_of_group(&lines[i]) != of_group)
			continue;
		entry = json_object_new_object();
		json_object_string_add(entry, "phase", lines[i].code);
		json_object_int_add(entry, "bestMs", lines[i].best_ms);
		json_object_int_add(entry, "worstMs", lines[i].worst_ms);
		json_object_string_add(entry, "text", lines[i].text);
		json_object_array_add(list, entry);
	}
	return list;
}

static struct json_object *json_budget(void)
{
	struct json_object *json = json_object_new_object();
	struct json_object *groups = json_object_new_object();
	struct frrd_budget budget;
	struct frrd_grp *grp;
	char problem[512];

	frrd_policy_budget(NULL, &budget);
	json_object_boolean_add(json, "ok",
				frrd_budget_check(&budget, problem, sizeof(problem)));
	json_object_string_add(json, "problem", problem);
	json_object_int_add(json, "takeoverDelayMs", budget.takeover_delay_ms);
	json_object_int_add(json, "leastTakeoverDelayMs",
			    frrd_budget_least_takeover_delay(&budget));
	json_object_int_add(json, "settleTimeMs", budget.settle_time_ms);
	json_object_int_add(json, "leastSettleTimeMs", frrd_budget_least_settle_time(&budget));
	json_object_int_add(json, "staggerMs", budget.stagger_ms);
	json_object_int_add(json, "leastStaggerMs", frrd_budget_least_stagger(&budget));
	json_object_object_add(json, "phases", json_lines(&budget, false));
	frr_each (frrd_groups, &frrd_config.groups, grp) {
		struct json_object *entry;

		if (grp->removed)
			continue;
		frrd_policy_budget(grp, &budget);
		entry = json_object_new_object();
		json_object_int_add(entry, "members", budget.members);
		json_object_object_add(entry, "moves", json_lines(&budget, true));
		json_object_object_add(groups, grp->name, entry);
	}
	json_object_object_add(json, "groups", groups);
	return json;
}

DEFPY(show_subnet_mover_budget, show_subnet_mover_budget_cmd,
      "show subnet-mover budget [json$json]",
      SHOW_STR
      "Subnet mover\n"
      "How long each phase of a move may take\n"
      JSON_STR)
{
	if (frrd_config.arbiter != FRRD_ARBITER_BGP) {
		vty_out(vty, "%% The budget is that of arbiter bgp, which is not configured\n");
		return CMD_WARNING;
	}
	if (json)
		return vty_json(vty, json_budget());
	print_budget(vty);
	return CMD_SUCCESS;
}

void frrd_vty_budget_init(void)
{
	install_element(VIEW_NODE, &show_subnet_mover_budget_cmd);
}
