// SPDX-License-Identifier: GPL-2.0-or-later
/* show subnet-mover sites: who is alive, who claims what, is there a quorum. */

#include <zebra.h>

#include "command.h"
#include "json.h"
#include "termtable.h"

#include "frrd/frrd_engine.h"
#include "frrd/frrd_sites.h"
#include "frrd/frrd_vty.h"
#include "frrd/frrd_words.h"

#include "frrd/frrd_vty_sites_clippy.c"

/* What a site can say about groups. */
enum saying {
	SAYS_CLAIM,
	SAYS_REQUEST,
	SAYS_GRANT,
	SAYS_READY,
	SAYINGS,
};

static const char *const saying_names[SAYINGS] = {
	[SAYS_CLAIM] = "claims",
	[SAYS_REQUEST] = "requests",
	[SAYS_GRANT] = "grants",
	[SAYS_READY] = "ready",
};

static bool says(const struct frrd_grp *grp, const struct frrd_site *site, enum saying saying)
{
	struct frrd_said said;
	uint16_t set = 0;

	frrd_grp_said(grp, &said);
	switch (saying) {
	case SAYS_CLAIM:
		set = said.claims;
		break;
	case SAYS_REQUEST:
		set = said.requests;
		break;
	case SAYS_GRANT:
		set = said.grants;
		break;
	case SAYS_READY:
		set = said.readies;
		break;
	case SAYINGS:
		break;
	}
	return site->id && set & FRRD_SITE_BIT(site->id);
}

/* --- for people --- */

void frrd_vty_quorum(struct vty *vty)
{
	struct frrd_quorum q;
	char text[32], names[256];

	frrd_sites_quorum(&q);
	vty_out(vty, "Quorum: %s, %d of %d voting sites are alive", q.reached ? "yes" : "NO",
		__builtin_popcount(q.present), __builtin_popcount(q.voters));
	if (q.age_ms != FRRD_AGE_UNKNOWN)
		vty_out(vty, ", for %s", frrd_age_str(q.age_ms, text, sizeof(text)));
	if (q.voters & ~q.present)
		vty_out(vty, ", missing: %s",
			frrd_site_labels(q.voters & ~q.present, names, sizeof(names)));
	if (q.settle_ms)
		vty_out(vty, ", settled in %s", frrd_ms_str(q.settle_ms, text, sizeof(text)));
	if (q.fence_ms)
		vty_out(vty, ", what is owned is withdrawn in %s",
			frrd_ms_str(q.fence_ms, text, sizeof(text)));
	vty_out(vty, "\n");
}

/* Names of the groups about which the site says that, or "-". */
static const char *said_groups(const struct frrd_site *site, enum saying saying, char *buf,
			       size_t size)
{
	struct frrd_grp *grp;
	size_t len = 0;

	strlcpy(buf, "-", size);
	frr_each (frrd_groups, &frrd_config.groups, grp)
		if (!grp->removed && len < size && says(grp, site, saying))
			len += snprintf(buf + len, size - len, "%s%s", len ? " " : "", grp->name);
	return buf;
}

static const char *alive_text(const struct frrd_site *site, char *buf, size_t size)
{
	char age_text[32];
	int64_t age;

	if (!frrd_site_alive(site, &age))
		strlcpy(buf, "NO", size);
	else if (age == FRRD_AGE_UNKNOWN)
		strlcpy(buf, "yes", size);
	else
		snprintf(buf, size, "%s", frrd_age_str(age, age_text, sizeof(age_text)));
	return buf;
}

static void add_site_row(struct ttable *table, const struct frrd_site *site)
{
	char role[64], alive[32], text[SAYINGS][512];

	for (int i = 0; i < SAYINGS; i++)
		said_groups(site, i, text[i], sizeof(text[i]));
	ttable_add_row(table, "%s|%u|%s%s|%s|%s|%s|%s|%s", site->name, site->id,
		       frrd_site_role(site, role, sizeof(role)),
		       site->maintenance ? ", maintenance" : "",
		       alive_text(site, alive, sizeof(alive)), text[SAYS_CLAIM],
		       text[SAYS_REQUEST], text[SAYS_GRANT], text[SAYS_READY]);
}

static void print_sites(struct vty *vty)
{
	bool bgp = frrd_config.arbiter == FRRD_ARBITER_BGP;
	struct ttable *table = ttable_new(&ttable_styles[TTSTYLE_BLANK]);
	struct frrd_site *site;

	if (bgp)
		frrd_vty_quorum(vty);
	frrd_vty_warnings(vty);
	ttable_add_row(table, bgp ? "Site|Id|Role|Alive|Claims|Asked for|Granted|Ready"
				  : "Site|Id|Role");
	frr_each (frrd_sites, &frrd_config.sites, site) {
		if (bgp)
			add_site_row(table, site);
		else
			ttable_add_row(table, "%s|%u|%s%s", site->name, site->id,
				       site->witness ? "witness" : "member",
				       strmatch(site->name, frrd_config.local_site) ? ", local"
										    : "");
	}
	frrd_vty_table(vty, table);
}

/* --- JSON --- */

struct json_object *frrd_json_quorum(void)
{
	struct json_object *json = json_object_new_object();
	struct frrd_quorum q;

	frrd_sites_quorum(&q);
	json_object_int_add(json, "voters", __builtin_popcount(q.voters));
	json_object_int_add(json, "present", __builtin_popcount(q.present));
	json_object_boolean_add(json, "reached", q.reached);
	json_object_boolean_add(json, "settled", q.settled);
	if (q.age_ms != FRRD_AGE_UNKNOWN) {
		frrd_json_add_time(json, "since", q.age_ms);
		json_object_int_add(json, "sinceMs", q.age_ms);
	}
	json_object_int_add(json, "settleLeftMs", q.settle_ms);
	json_object_int_add(json, "fenceLeftMs", q.fence_ms);
	json_object_object_add(json, "missing", frrd_json_sites_of(q.voters & ~q.present));
	return json;
}

static struct json_object *json_said_groups(const struct frrd_site *site, enum saying saying)
{
	struct json_object *list = json_object_new_array();
	struct frrd_grp *grp;

	frr_each (frrd_groups, &frrd_config.groups, grp)
		if (!grp->removed && says(grp, site, saying))
			json_object_array_add(list, json_object_new_string(grp->name));
	return list;
}

static void add_seen(struct json_object *json, const struct frrd_site *site)
{
	struct json_object *member = json_object_new_array();
	struct frrd_grp *grp;
	int64_t age;

	json_object_boolean_add(json, "alive", frrd_site_alive(site, &age));
	if (age != FRRD_AGE_UNKNOWN) {
		frrd_json_add_time(json, "since", age);
		json_object_int_add(json, "sinceMs", age);
	}
	json_object_boolean_add(json, "maintenance", site->maintenance);
	if (site->beacon.family)
		json_object_string_addf(json, "beacon", "%pFX", &site->beacon);
	frr_each (frrd_groups, &frrd_config.groups, grp)
		if (!grp->removed && frrd_member_find(grp, site->name))
			json_object_array_add(member, json_object_new_string(grp->name));
	json_object_object_add(json, "memberOf", member);
	for (int i = 0; i < SAYINGS; i++)
		json_object_object_add(json, saying_names[i], json_said_groups(site, i));
}

struct json_object *frrd_json_sites(void)
{
	struct json_object *json = json_object_new_object();
	struct json_object *sites = json_object_new_object();
	struct prefix hidden;
	const char *name;
	bool bgp = frrd_config.arbiter == FRRD_ARBITER_BGP;
	struct frrd_site *site;

	json_object_string_add(json, "localSite", frrd_config.local_site);
	if (bgp) {
		json_object_object_add(json, "quorum", frrd_json_quorum());
		json_object_int_add(json, "hiddenMarkers", frrd_sites_hidden_markers(&hidden, &name));
	}
	frr_each (frrd_sites, &frrd_config.sites, site) {
		struct json_object *entry = json_object_new_object();

		json_object_int_add(entry, "id", site->id);
		json_object_boolean_add(entry, "local",
					strmatch(site->name, frrd_config.local_site));
		json_object_boolean_add(entry, "witness", site->witness);
		if (bgp)
			add_seen(entry, site);
		json_object_object_add(sites, site->name, entry);
	}
	json_object_object_add(json, "sites", sites);
	return json;
}

DEFPY(show_subnet_mover_sites, show_subnet_mover_sites_cmd,
      "show subnet-mover sites [json$json]",
      SHOW_STR
      "Subnet mover\n"
      "The configured sites, what they say, and the quorum\n"
      JSON_STR)
{
	if (json)
		return vty_json(vty, frrd_json_sites());
	print_sites(vty);
	return CMD_SUCCESS;
}

void frrd_vty_sites_init(void)
{
	install_element(VIEW_NODE, &show_subnet_mover_sites_cmd);
}
