// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Northbound: the rules for a configuration, line by line; see frrd_nb_check.h.
 *
 * To read a whole candidate for each line of a file would take a time that grows with the
 * square of the file.  So the facts are remembered, together with that all rules hold.
 * They are good for as long as lines come that change little of them, and for which it is
 * known what they can break: prefixes, map lines, probes, and naming a probe.  These bring
 * the facts up to date and ask what they can break.  Any other line has the candidate read
 * anew, and so has any doubt: whoever is refused has been refused by all the rules in their
 * order, and is told what they say.
 *
 * The facts point into the candidate.  They are forgotten before it is committed or given
 * up, when a line is taken back, and when somebody else gives a command.
 */

#include <zebra.h>

#include "frrd/frrd_nb.h"
#include "frrd/frrd_nb_check.h"
#include "frrd/frrd_nb_facts.h"

#define refuse frrd_facts_refuse

static struct facts lines;
static const struct nb_config *lines_candidate; /* NULL: no facts */
static uint32_t lines_version;			/* of the candidate */
static const struct nb_config *doubtful;	/* NULL: none */

void frrd_check_forget(void)
{
	if (lines_candidate)
		frrd_facts_free(&lines);
	lines_candidate = NULL;
}

void frrd_check_doubt(const struct nb_config *candidate)
{
	frrd_check_forget();
	doubtful = candidate;
}

/* libfrr replaces a candidate by a newer configuration in use, with its version. */
static bool known(const struct nb_config *candidate)
{
	return lines_candidate == candidate && lines_version == candidate->version;
}

static void read_anew(const struct nb_config *candidate, const struct lyd_node *root, bool count)
{
	frrd_check_forget();
	frrd_facts_read(&lines, root, count);
	lines_candidate = candidate;
	lines_version = candidate->version;
}

/* --- prefix lines --------------------------------------------------------- */

/* Make the candidate's facts when needed; false: there is nothing to read. */
static bool read_when_needed(const struct nb_config *candidate, char *errmsg, size_t size)
{
	const struct lyd_node *root;

	if (!known(candidate) || !lines.counted) {
		frrd_check_forget();
		root = yang_dnode_get(candidate->dnode, FRRD_NB_ROOT);
		if (root)
			read_anew(candidate, root, true);
	}
	lines.errmsg = errmsg;
	lines.size = size;
	return !!lines_candidate;
}

/* Find the group in the candidate's facts. */
static struct fact_group *group_named(const struct nb_config *candidate, const char *group,
				      char *errmsg, size_t size)
{
	struct fact_group *g;

	if (read_when_needed(candidate, errmsg, size))
		frr_each (fact_groups, lines.groups, g)
			if (strmatch(g->name, group))
				return g;
	(void)refuse(&lines, "there is no group %s", group);
	return NULL;
}

static bool prefix_fits(struct fact_group *g, const struct prefix *p)
{
	uint32_t counts[2];

	counts[0] = g->prefixes[0];
	counts[1] = g->prefixes[1];
	counts[frrd_facts_family(p)]++;
	if (!frrd_rule_prefix_apart(&lines, "group", g->name, p) ||
	    !frrd_rule_images_apart(&lines, g, p) || !frrd_rule_families(&lines, g, counts) ||
	    !frrd_rule_prefix_unshadowed(&lines, g, p))
		return false;
	if (!frrd_index_need(&lines, g)) {
		frrd_check_forget();
		return false;
	}
	if (!frrd_rule_map_add(&lines, g, p) || !frrd_index_add(&lines, g, p)) {
		if (g->has_maps || g->lines[0])
			frrd_check_forget();
		return false;
	}
	g->prefixes[frrd_facts_family(p)]++;
	return true;
}

bool frrd_check_prefix_add(const struct nb_config *candidate, const char *group,
			   const struct prefix *p, char *errmsg, size_t size)
{
	struct fact_group *g = group_named(candidate, group, errmsg, size);
	bool ok;

	if (!g)
		return false;
	g->coming = p;
	ok = prefix_fits(g, p);
	if (lines_candidate) /* the facts are still there */
		g->coming = NULL;
	return ok;
}

bool frrd_check_prefix_del(const struct nb_config *candidate, const char *group,
			   const struct prefix *p, char *errmsg, size_t size)
{
	struct fact_group *g = group_named(candidate, group, errmsg, size);
	uint32_t counts[2];

	if (!g)
		return false;
	counts[0] = g->prefixes[0];
	counts[1] = g->prefixes[1];
	counts[frrd_facts_family(p)]--;
	if (!frrd_rule_families(&lines, g, counts))
		return false;
	if (!frrd_rule_map_del(&lines, g, p)) {
		frrd_check_forget();
		return false;
	}
	g->prefixes[frrd_facts_family(p)]--;
	frrd_index_del(&lines, g, p);
	return true;
}

/* --- other lines ---------------------------------------------------------- */

bool frrd_check_useless_map(const struct nb_config *candidate, char *ret_xpath,
			    size_t xpath_size, char *errmsg, size_t size)
{
	return read_when_needed(candidate, errmsg, size) &&
	       frrd_facts_useless_map(&lines, ret_xpath, xpath_size);
}

/* Bring a map line into the facts; `dnode` is the list entry. */
static bool map_fits(const struct lyd_node *dnode)
{
	const struct lyd_node *member = lyd_parent(dnode), *group = lyd_parent(member);
	const struct lyd_node *from = lyd_child(dnode), *to = from->next;
	struct prefix from_p = {}, to_p = {};
	struct fact_group *g;

	if (!lines.counted || !to)
		return false;
	(void)str2prefix(lyd_get_value(from), &from_p);
	(void)str2prefix(lyd_get_value(to), &to_p);
	frr_each (fact_groups, lines.groups, g) {
		if (g->dnode != group)
			continue;
		for (size_t i = 0; i < g->member_count; i++)
			if (strmatch(g->members[i].site, lyd_get_value(lyd_child(member))))
				return frrd_rule_map_line(&lines, g, &g->members[i], &from_p,
							  &to_p);
	}
	return false;
}

/* A probe more is named; of another member or track than before, look at all that it names. */
static bool use_fits(const struct lyd_node *dnode, unsigned int what, const char *xpath)
{
	if ((what & FRRD_LINE_ADDS) && frrd_facts_use_known(&lines, dnode))
		return frrd_rule_probe_use_add(&lines, dnode);
	if (!frrd_rule_probes_at(&lines, xpath))
		return false;
	frrd_facts_use_read(&lines, dnode);
	return true;
}

/*
 * Is the line all right, for certain?  If not, nothing is said yet, and the facts may be
 * spoilt.
 */
static bool surely_fits(const struct nb_config *candidate, unsigned int what, const char *xpath)
{
	if (!known(candidate) || candidate == doubtful)
		return false;
	if (what & FRRD_LINE_SAME)
		return true;
	switch (what & ~(FRRD_LINE_PARTIAL | FRRD_LINE_ADDS)) {
	case FRRD_LINE_MAP:
		return map_fits(yang_dnode_get(candidate->dnode, xpath));
	case FRRD_LINE_USE:
		return use_fits(yang_dnode_get(candidate->dnode, xpath), what, xpath);
	case FRRD_LINE_PROBE:
		return frrd_rule_probes_at(&lines, xpath);
	}
	return false;
}

static bool fits(unsigned int what, const char *xpath)
{
	return frrd_rules(&lines) && (!xpath || frrd_rule_probes_at(&lines, xpath)) &&
	       (!(what & FRRD_LINE_MAP) || frrd_rule_maps(&lines)) &&
	       (!(what & FRRD_LINE_ADDRESS) || frrd_rule_prefixes_apart(&lines)) &&
	       (!(what & FRRD_LINE_MAP) || frrd_rule_prefixes(&lines));
}

bool frrd_check_line(const struct nb_config *candidate, unsigned int what, const char *xpath,
		     char *errmsg, size_t size)
{
	const struct lyd_node *root = yang_dnode_get(candidate->dnode, FRRD_NB_ROOT);

	if (!root) {
		frrd_check_forget();
		return true;
	}
	lines.partial = what & FRRD_LINE_PARTIAL;
	lines.errmsg = errmsg;
	lines.size = size;
	if (surely_fits(candidate, what, xpath))
		return true;
	read_anew(candidate, root, what & (FRRD_LINE_NEXTHOP | FRRD_LINE_MAP));
	lines.partial = what & FRRD_LINE_PARTIAL;
	lines.open_timers = what & (FRRD_LINE_TIMER | FRRD_LINE_PARTIAL);
	lines.errmsg = errmsg;
	lines.size = size;
	if (!fits(what, xpath))
		return false;
	if (what & FRRD_LINE_USE)
		frrd_facts_use_read(&lines, yang_dnode_get(candidate->dnode, xpath));
	return true;
}
