// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Northbound: hooks of groups: callbacks, rules, and how they are shown.
 *
 * The callbacks store and mark nothing: hooks are looked at when they are to run.
 */

#include <zebra.h>

#include "vty.h"

#include "frrd_compat.h"
#include "frrd/frrd_config.h"
#include "frrd/frrd_hook.h"
#include "frrd/frrd_nb.h"
#include "frrd/frrd_nb_facts.h"

#define refuse frrd_facts_refuse

/* --- callbacks ----------------------------------------------------------------- */

static struct frrd_hook_set *set_of(const struct lyd_node *dnode)
{
	const struct lyd_node *group = yang_dnode_get_parent(dnode, "group");
	struct frrd_grp *grp = frrd_grp_find(lyd_get_value(lyd_child(group)));

	assert(grp);
	return &grp->hooks;
}

/* The keys of the hook around (or at) a node: event and sequence. */
static enum frrd_hook_event keys_of(const struct lyd_node *dnode, uint16_t *ret_sequence)
{
	const struct lyd_node *hook = yang_dnode_get_parent(dnode, "hook");
	enum frrd_hook_event event = FRRD_HOOK_EVENTS;

	(void)frrd_hook_event_of(yang_dnode_get_string(hook, "./event"), &event);
	*ret_sequence = yang_dnode_get_uint16(hook, "./sequence");
	return event;
}

static struct frrd_hook *hook_of(const struct lyd_node *dnode)
{
	uint16_t sequence;
	enum frrd_hook_event event = keys_of(dnode, &sequence);
	struct frrd_hook *hook = frrd_hook_find(set_of(dnode), event, sequence);

	assert(hook);
	return hook;
}

int frrd_nb_hook_create(struct nb_cb_create_args *args)
{
	uint16_t sequence;
	enum frrd_hook_event event;

	if (args->event != NB_EV_APPLY)
		return NB_OK;

	event = keys_of(args->dnode, &sequence);
	(void)frrd_hook_add(set_of(args->dnode), event, sequence);
	return NB_OK;
}

int frrd_nb_hook_destroy(struct nb_cb_destroy_args *args)
{
	if (args->event == NB_EV_APPLY)
		frrd_hook_del(set_of(args->dnode), hook_of(args->dnode));
	return NB_OK;
}

int frrd_nb_hook_command_modify(struct nb_cb_modify_args *args)
{
	if (args->event == NB_EV_APPLY)
		frrd_hook_set_command(hook_of(args->dnode), lyd_get_value(args->dnode));
	return NB_OK;
}

int frrd_nb_hook_command_destroy(struct nb_cb_destroy_args *args)
{
	if (args->event == NB_EV_APPLY)
		frrd_hook_set_command(hook_of(args->dnode), NULL);
	return NB_OK;
}

int frrd_nb_hook_site_create(struct nb_cb_create_args *args)
{
	if (args->event == NB_EV_APPLY)
		frrd_hook_site_add(hook_of(args->dnode), lyd_get_value(args->dnode));
	return NB_OK;
}

int frrd_nb_hook_site_destroy(struct nb_cb_destroy_args *args)
{
	if (args->event == NB_EV_APPLY)
		frrd_hook_site_del(hook_of(args->dnode), lyd_get_value(args->dnode));
	return NB_OK;
}

int frrd_nb_hook_timeout_modify(struct nb_cb_modify_args *args)
{
	if (args->event == NB_EV_APPLY)
		hook_of(args->dnode)->rule.timeout_ms = yang_dnode_get_uint32(args->dnode, NULL);
	return NB_OK;
}

int frrd_nb_hook_policy_modify(struct nb_cb_modify_args *args)
{
	if (args->event == NB_EV_APPLY)
		(void)frrd_hook_policy_of(lyd_get_value(args->dnode),
					  &hook_of(args->dnode)->rule.policy);
	return NB_OK;
}

int frrd_nb_hook_retries_modify(struct nb_cb_modify_args *args)
{
	if (args->event == NB_EV_APPLY)
		hook_of(args->dnode)->rule.retries = yang_dnode_get_uint8(args->dnode, NULL);
	return NB_OK;
}

int frrd_nb_hook_retry_interval_modify(struct nb_cb_modify_args *args)
{
	if (args->event == NB_EV_APPLY)
		hook_of(args->dnode)->rule.retry_interval_ms =
			yang_dnode_get_uint32(args->dnode, NULL);
	return NB_OK;
}

/* --- rules --------------------------------------------------------------------- */

/* How people call a hook: "group shop: hook pre-announce 10". */
struct name {
	const char *group, *event, *sequence;
};

static bool rule_site(struct facts *f, const struct name *hook, const char *name)
{
	const struct fact_site *site = frrd_facts_site(f, name);

	if (!site && frrd_site_find(name) && !f->partial)
		return refuse(f, "site %s cannot be removed: group %s: hook %s %s runs there", name,
			      hook->group, hook->event, hook->sequence);
	if (!site)
		return refuse(f, "group %s: hook %s %s: there is no site %s", hook->group,
			      hook->event, hook->sequence, name);
	if (site->witness)
		return refuse(f, "group %s: hook %s %s: site %s is a witness, which owns no groups",
			      hook->group, hook->event, hook->sequence, name);
	return true;
}

static bool rule_hook(struct facts *f, const char *group, const struct lyd_node *dnode)
{
	struct name hook = { .group = group };
	const struct lyd_node *leaf;
	enum frrd_hook_event event;
	bool command = false, abort = false;

	LY_LIST_FOR (lyd_child(dnode), leaf) {
		const char *name = leaf->schema->name, *value = lyd_get_value(leaf);

		if (strmatch(name, "event"))
			hook.event = value;
		else if (strmatch(name, "sequence"))
			hook.sequence = value;
		else if (strmatch(name, "command"))
			command = true;
		else if (strmatch(name, "policy"))
			abort = strmatch(value, "abort");
		else if (strmatch(name, "site") && !rule_site(f, &hook, value))
			return false;
	}
	if (!command)
		return refuse(f, "group %s: hook %s %s has no command; configure `hook %s %s command` first",
			      group, hook.event, hook.sequence, hook.event, hook.sequence);
	if (abort && frrd_hook_event_of(hook.event, &event) && !frrd_hook_may_abort(event))
		return refuse(f, "group %s: hook %s %s: `policy abort` is possible at pre-announce only: a takeover can be given up before it begins, a withdrawal is never stopped",
			      group, hook.event, hook.sequence);
	return true;
}

bool frrd_rule_hooks(struct facts *f)
{
	const struct lyd_node *child;
	struct fact_group *g;

	frr_each (fact_groups, f->groups, g) {
		if (!g->has_hooks)
			continue;
		LY_LIST_FOR (lyd_child(g->dnode), child)
			if (strmatch(child->schema->name, "hook") && !rule_hook(f, g->name, child))
				return false;
	}
	return true;
}

/* --- as commands --------------------------------------------------------------- */

/* A hook is several lines: the command first, for without it there is no hook. */
void frrd_show_hook(struct vty *vty, const struct lyd_node *dnode, bool defaults)
{
	const char *event = yang_dnode_get_string(dnode, "./event");
	const char *sequence = yang_dnode_get_string(dnode, "./sequence");
	const struct lyd_node *leaf;

	if (yang_dnode_exists(dnode, "./command"))
		vty_out(vty, "  hook %s %s command %s\n", event, sequence,
			yang_dnode_get_string(dnode, "./command"));
	LY_LIST_FOR (lyd_child(dnode), leaf) {
		if (lysc_is_key(leaf->schema) || strmatch(leaf->schema->name, "command") ||
		    (lyd_is_default(leaf) && !defaults))
			continue;
		vty_out(vty, "  hook %s %s %s %s\n", event, sequence, leaf->schema->name,
			lyd_get_value(leaf));
	}
}
