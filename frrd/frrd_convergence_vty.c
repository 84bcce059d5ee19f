// SPDX-License-Identifier: GPL-2.0-or-later
/* show subnet-mover convergence; see frrd_convergence.h. */

#include <zebra.h>

#include "command.h"
#include "json.h"
#include "memory.h"
#include "termtable.h"

#include "frrd/frrd_config.h"
#include "frrd/frrd_convergence.h"
#include "frrd/frrd_sites.h"
#include "frrd/frrd_time.h"
#include "frrd/frrd_vty.h"

#include "frrd/frrd_convergence_vty_clippy.c"

/* Milliseconds after the beginning of the move; "-" when it did not happen. */
static const char *after_str(const struct frrd_move_seen *move, int64_t at_us, char *buf,
			     size_t size)
{
	if (at_us)
		snprintf(buf, size, "%.1f ms", (at_us - move->began_us) / 1000.0);
	else
		strlcpy(buf, "-", size);
	return buf;
}

static const char *site_str(uint8_t id, char *buf, size_t size)
{
	if (id)
		return frrd_site_label(id, buf, size);
	strlcpy(buf, "?", size);
	return buf;
}

static void print_line(struct vty *vty, const struct frrd_move_seen *move, const char *what,
		       int64_t at_us)
{
	char after[32];

	if (at_us)
		vty_out(vty, "  %s: after %s\n", what,
			after_str(move, at_us, after, sizeof(after)));
}

static void print_paths(struct vty *vty, const struct frrd_convergence *c)
{
	struct ttable *table = ttable_new(&ttable_styles[TTSTYLE_BLANK]);
	char lost[32], back[32], changed[32], prefix[PREFIX_STRLEN];
	char *text;

	ttable_add_row(table, "Prefix|Lost|Back|Last change|Gap|Changes|Via");
	for (size_t i = 0; i < c->count; i++) {
		const struct frrd_path_seen *seen = &c->move.paths[i];
		const struct frrd_path *path = &c->paths[i];
		int64_t gap_us = seen->gap_us;

		if (seen->absent_since_us)
			gap_us += frrd_now_us() - seen->absent_since_us;
		ttable_add_row(table, "%s|%s|%s|%s|%.1f ms|%u|%s",
			       prefix2str(&path->prefix, prefix, sizeof(prefix)),
			       after_str(&c->move, seen->lost_us, lost, sizeof(lost)),
			       after_str(&c->move, seen->back_us, back, sizeof(back)),
			       after_str(&c->move, seen->changed_us, changed, sizeof(changed)),
			       gap_us / 1000.0, seen->changes,
			       path->state == FRRD_PATH_PRESENT	 ? path->via
			       : path->state == FRRD_PATH_ABSENT ? "no route"
								 : "not known");
	}
	ttable_restyle(table);
	text = ttable_dump(table, "\n");
	vty_out(vty, "%s", text);
	XFREE(MTYPE_TMP, text);
	ttable_del(table);
}

static void print_group(struct vty *vty, const struct frrd_grp *grp)
{
	const struct frrd_convergence *c = grp->convergence;
	char from[FRRD_NAME_SIZE], to[FRRD_NAME_SIZE], when[64];
	const struct frrd_move_seen *move;

	if (!c || !c->move.number) {
		vty_out(vty, "Group %s: no move was seen yet\n\n", grp->name);
		return;
	}
	move = &c->move;
	vty_out(vty, "Group %s: from %s to %s, began %s, %s\n", grp->name,
		site_str(move->from, from, sizeof(from)), site_str(move->to, to, sizeof(to)),
		frrd_time_str(&move->began_wall, when, sizeof(when)),
		move->open ? "going on" : "over");
	print_line(vty, move, "Claim of the new owner seen", move->claim_us);
	print_line(vty, move, "First route written to zebra here", move->announced_us);
	print_line(vty, move, "All routes installed here", move->installed_us);
	print_line(vty, move, "All routes withdrawn here", move->withdrawn_us);
	print_line(vty, move, "Last change", move->last_us);
	if (c->count)
		print_paths(vty, c);
}

static struct json_object *group_json(const struct frrd_grp *grp)
{
	const struct frrd_convergence *c = grp->convergence;
	struct json_object *json;
	char when[64];

	if (!c || !c->move.number)
		return json_object_new_object();
	json = frrd_convergence_json(c);
	json_object_string_add(json, "began",
			       frrd_time_str(&c->move.began_wall, when, sizeof(when)));
	json_object_boolean_add(json, "open", c->move.open);
	return json;
}

DEFPY(show_subnet_mover_convergence, show_subnet_mover_convergence_cmd,
      "show subnet-mover convergence [json$json]",
      SHOW_STR
      "Subnet mover\n"
      "When the routes of this site followed the last move of each group\n"
      JSON_STR)
{
	struct json_object *all, *groups;
	struct frrd_grp *grp;

	if (!json) {
		frr_each (frrd_groups, &frrd_config.groups, grp)
			print_group(vty, grp);
		return CMD_SUCCESS;
	}
	all = json_object_new_object();
	groups = json_object_new_object();
	frr_each (frrd_groups, &frrd_config.groups, grp)
		json_object_object_add(groups, grp->name, group_json(grp));
	json_object_object_add(all, "groups", groups);
	return vty_json(vty, all);
}

void frrd_convergence_vty_init(void)
{
	install_element(VIEW_NODE, &show_subnet_mover_convergence_cmd);
}
