// SPDX-License-Identifier: GPL-2.0-or-later
/* show subnet-mover group NAME why, for people and as JSON. */

#include <zebra.h>

#include "command.h"
#include "json.h"

#include "frrd/frrd_address.h"
#include "frrd/frrd_engine.h"
#include "frrd/frrd_sites.h"
#include "frrd/frrd_vty.h"
#include "frrd/frrd_why.h"
#include "frrd/frrd_words.h"

/* Decisions that are shown besides the present one. */
#define DECISIONS 5

/* The first of the last DECISIONS entries of the history. */
static uint32_t first_decision(const struct frrd_grp *grp)
{
	return grp->history.count > DECISIONS ? grp->history.count - DECISIONS : 0;
}

/* A guard in words; with the arbiter bgp a failed one as it is for this group now. */
static const char *check_text(struct frrd_grp *grp, const struct frrd_check *check,
			      enum frrd_guard guard, char *buf, size_t size)
{
	if (check->ok)
		return frrd_guard_text(guard);
	if (grp->policy.arbiter != FRRD_ARBITER_BGP)
		return frrd_reason_text(check->reason);
	frrd_describe_obstacle(grp, check->reason, frrd_site_local(), buf, size);
	return buf[0] ? buf : frrd_reason_text(check->reason);
}

/* --- for people --- */

static void print_verdict(struct vty *vty, bool ok, const char *text, const char *hint)
{
	vty_out(vty, "  %s  %s\n", ok ? "ok" : "NO", text);
	if (!ok && hint[0])
		vty_out(vty, "      -> %s\n", hint);
}

static void print_checks(struct vty *vty, struct frrd_grp *grp, const struct frrd_why *why)
{
	char detail[256];

	vty_out(vty, "\nCould this site take the group over now?\n");
	for (int i = 0; i < FRRD_GUARD_COUNT; i++) {
		const struct frrd_check *check = &why->checks[i];

		if (!frrd_why_guard_applies(grp, i))
			continue;
		print_verdict(vty, check->ok,
			      check_text(grp, check, i, detail, sizeof(detail)),
			      frrd_reason_hint(check->reason));
	}
	if (grp->policy.arbiter == FRRD_ARBITER_BGP)
		return;
	frrd_engine_describe_elsewhere(grp, detail, sizeof(detail));
	if (detail[0])
		vty_out(vty, "  %s\n", detail);
}

static void print_vote(struct vty *vty, const struct frrd_grp *grp, const struct frrd_site *site)
{
	uint16_t bit = site->id ? FRRD_SITE_BIT(site->id) : 0;
	char age_text[32] = "";
	struct frrd_said said;
	int64_t age;
	bool alive = frrd_site_alive(site, &age);

	frrd_grp_said(grp, &said);
	if (age != FRRD_AGE_UNKNOWN)
		frrd_age_str(age, age_text, sizeof(age_text));
	vty_out(vty, "  %-16s %s%s%s", site->name, alive ? "alive" : "not alive",
		age_text[0] ? " for " : "", age_text);
	if (strmatch(site->name, frrd_config.local_site))
		vty_out(vty, ", this site");
	if (site->witness)
		vty_out(vty, ", witness");
	if (grp->policy.members & bit)
		vty_out(vty, ", rank %u", grp->policy.rank[site->id] + 1);
	if (site->maintenance)
		vty_out(vty, ", maintenance");
	vty_out(vty, "%s%s%s%s\n", said.claims & bit ? ", claims it" : "",
		said.requests & bit ? ", was asked to take it over" : "",
		said.grants & bit ? ", was granted it" : "",
		said.readies & bit ? ", ready to take it over" : "");
}

static void print_rules(struct vty *vty, const struct frrd_grp *grp, const struct frrd_why *why)
{
	vty_out(vty, frrd_grp_owned(grp) ? "\nDoes it stay here?\n"
					 : "\nDoes this site take it over by itself?\n");
	for (size_t i = 0; i < why->rules_count; i++)
		print_verdict(vty, why->rules[i].ok, why->rules[i].text, why->rules[i].hint);
}

static void print_timers(struct vty *vty, const struct frrd_why *why)
{
	char left[32];

	if (!why->timers_count)
		return;
	vty_out(vty, "\nTimers\n");
	for (size_t i = 0; i < why->timers_count; i++)
		vty_out(vty, "  %-16s in %s: %s\n", why->timers[i].code,
			frrd_ms_str(why->timers[i].left_ms, left, sizeof(left)),
			why->timers[i].text);
}

static void print_decisions(struct vty *vty, const struct frrd_grp *grp)
{
	const struct frrd_history_entry *h;
	uint32_t i = first_decision(grp);

	if (!frrd_history_get(&grp->history, i))
		return;
	vty_out(vty, "\nHow it came to this\n");
	for (; (h = frrd_history_get(&grp->history, i)); i++) {
		vty_out(vty, "  ");
		frrd_vty_history_entry(vty, h);
	}
}

/* What an owner does for the group. */
static void print_owner(struct vty *vty, struct frrd_grp *grp)
{
	frrd_vty_counters(vty, grp);
	frrd_address_show(vty, grp);
}

static void print_bgp(struct vty *vty, struct frrd_grp *grp, const struct frrd_why *why)
{
	struct frrd_site *site;

	vty_out(vty, "Next: %s\n", why->next);
	if (frrd_grp_owned(grp))
		print_owner(vty, grp);
	vty_out(vty, "\n");
	frrd_vty_quorum(vty);
	frr_each (frrd_sites, &frrd_config.sites, site)
		print_vote(vty, grp, site);
	print_timers(vty, why);
	/* What a site that is not a member could do about it is of no interest. */
	if (grp->policy.member || frrd_grp_owned(grp))
		print_rules(vty, grp, why);
	if (grp->policy.member && !frrd_grp_owned(grp))
		print_checks(vty, grp, why);
	print_decisions(vty, grp);
}

void frrd_vty_why(struct vty *vty, struct frrd_grp *grp)
{
	struct frrd_why why;

	frrd_why(grp, &why);
	vty_out(vty, "Group %s is %s: %s\n", grp->name, frrd_state_name(grp->fsm.state),
		frrd_reason_text(grp->fsm.reason));
	if (frrd_reason_hint(grp->fsm.reason)[0] && grp->policy.member)
		vty_out(vty, "What to do: %s\n", frrd_reason_hint(grp->fsm.reason));
	if (grp->policy.arbiter == FRRD_ARBITER_BGP)
		print_bgp(vty, grp, &why);
	else if (frrd_grp_owned(grp))
		print_owner(vty, grp);
	else
		print_checks(vty, grp, &why);
}

/* --- JSON --- */

static struct json_object *json_verdict(const char *code, bool ok, const char *text,
					const char *hint)
{
	struct json_object *json = json_object_new_object();

	json_object_string_add(json, "check", code);
	json_object_boolean_add(json, "ok", ok);
	json_object_string_add(json, "text", text);
	json_object_string_add(json, "hint", ok ? "" : hint);
	return json;
}

static struct json_object *json_checks(struct frrd_grp *grp, const struct frrd_why *why)
{
	struct json_object *list = json_object_new_array();
	char detail[256];

	for (int i = 0; i < FRRD_GUARD_COUNT; i++)
		if (frrd_why_guard_applies(grp, i))
			json_object_array_add(
				list, json_verdict(frrd_guard_code(i), why->checks[i].ok,
						   check_text(grp, &why->checks[i], i, detail,
							      sizeof(detail)),
						   frrd_reason_hint(why->checks[i].reason)));
	return list;
}

static struct json_object *json_vote(const struct frrd_grp *grp, const struct frrd_site *site)
{
	struct json_object *json = json_object_new_object();
	uint16_t bit = site->id ? FRRD_SITE_BIT(site->id) : 0;
	struct frrd_said said;
	int64_t age;

	frrd_grp_said(grp, &said);
	json_object_string_add(json, "site", site->name);
	json_object_boolean_add(json, "local", strmatch(site->name, frrd_config.local_site));
	json_object_boolean_add(json, "alive", frrd_site_alive(site, &age));
	if (age != FRRD_AGE_UNKNOWN)
		json_object_int_add(json, "sinceMs", age);
	if (grp->policy.members & bit)
		json_object_int_add(json, "rank", grp->policy.rank[site->id] + 1);
	json_object_boolean_add(json, "maintenance", site->maintenance);
	json_object_boolean_add(json, "claims", (said.claims & bit) != 0);
	json_object_boolean_add(json, "requested", (said.requests & bit) != 0);
	json_object_boolean_add(json, "granted", (said.grants & bit) != 0);
	json_object_boolean_add(json, "ready", (said.readies & bit) != 0);
	return json;
}

static struct json_object *json_timers(const struct frrd_why *why)
{
	struct json_object *list = json_object_new_array();

	for (size_t i = 0; i < why->timers_count; i++) {
		struct json_object *entry = json_object_new_object();

		json_object_string_add(entry, "timer", why->timers[i].code);
		json_object_int_add(entry, "leftMs", why->timers[i].left_ms);
		json_object_string_add(entry, "text", why->timers[i].text);
		json_object_array_add(list, entry);
	}
	return list;
}

static void add_bgp(struct json_object *json, const struct frrd_grp *grp,
		    const struct frrd_why *why)
{
	struct json_object *votes = json_object_new_array();
	struct json_object *rules = json_object_new_array();
	struct json_object *decisions = json_object_new_array();
	const struct frrd_history_entry *h;
	struct frrd_site *site;

	json_object_string_add(json, "next", why->next);
	json_object_object_add(json, "quorum", frrd_json_quorum());
	frr_each (frrd_sites, &frrd_config.sites, site)
		json_object_array_add(votes, json_vote(grp, site));
	json_object_object_add(json, "votes", votes);
	for (size_t i = 0; i < why->rules_count; i++)
		json_object_array_add(rules, json_verdict(why->rules[i].code, why->rules[i].ok,
							  why->rules[i].text,
							  why->rules[i].hint));
	json_object_object_add(json, "rules", rules);
	for (uint32_t i = first_decision(grp); (h = frrd_history_get(&grp->history, i)); i++)
		json_object_array_add(decisions, frrd_json_history_entry(h));
	json_object_object_add(json, "decisions", decisions);
}

struct json_object *frrd_json_why(struct frrd_grp *grp)
{
	struct json_object *json = json_object_new_object();
	struct frrd_why why;
	char detail[256];

	frrd_why(grp, &why);
	json_object_string_add(json, "group", grp->name);
	json_object_string_add(json, "state", frrd_state_name(grp->fsm.state));
	frrd_json_add_reason(json, grp->fsm.reason);
	json_object_string_add(json, "hint", frrd_reason_hint(grp->fsm.reason));
	json_object_object_add(json, "checks", json_checks(grp, &why));
	json_object_object_add(json, "timers", json_timers(&why));
	if (grp->policy.arbiter == FRRD_ARBITER_BGP)
		add_bgp(json, grp, &why);
	frrd_engine_describe_elsewhere(grp, detail, sizeof(detail));
	if (detail[0])
		json_object_string_add(json, "elsewhere", detail);
	if (grp->address && frrd_grp_owned(grp))
		json_object_object_add(json, "addressChange", frrd_address_json(grp));
	return json;
}
