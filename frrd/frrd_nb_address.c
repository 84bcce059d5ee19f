// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Northbound: what follows a change of addresses: callbacks, rules, operational state.
 *
 * The callbacks only mark the group; at the end of the transaction its container is read
 * anew, so that the order in which they come does not matter.
 */

#include <zebra.h>

#include "memory.h"
#include "printfrr.h"

#include "frrd_compat.h"
#include "frrd/frrd_address.h"
#include "frrd/frrd_config.h"
#include "frrd/frrd_engine.h"
#include "frrd/frrd_nb.h"
#include "frrd/frrd_nb_facts.h"
#include "frrd/frrd_time.h"
#include "frrd/frrd_vty.h"

#define refuse frrd_facts_refuse

static bool is(const struct lyd_node *dnode, const char *name)
{
	return strmatch(dnode->schema->name, name);
}

/* --- callbacks ----------------------------------------------------------------- */

static void touch(const struct lyd_node *dnode)
{
	const struct lyd_node *group = yang_dnode_get_parent(dnode, "group");
	struct frrd_grp *grp = frrd_grp_find(lyd_get_value(lyd_child(group)));

	if (grp)
		frrd_engine_touch(grp);
}

int frrd_nb_address_create(struct nb_cb_create_args *args)
{
	if (args->event == NB_EV_APPLY)
		touch(args->dnode);
	return NB_OK;
}

int frrd_nb_address_modify(struct nb_cb_modify_args *args)
{
	if (args->event == NB_EV_APPLY)
		touch(args->dnode);
	return NB_OK;
}

int frrd_nb_address_destroy(struct nb_cb_destroy_args *args)
{
	if (args->event == NB_EV_APPLY)
		touch(args->dnode);
	return NB_OK;
}

/* --- reading a tree ------------------------------------------------------------ */

/* A record as dns-update wants it: "www.example.org/A/60". */
struct record {
	const char *name, *type, *ttl;
	bool swap;
};

static struct record record_of(const struct lyd_node *dnode)
{
	struct record record = { .name = "", .type = "", .ttl = "60" };
	const struct lyd_node *leaf;

	LY_LIST_FOR (lyd_child(dnode), leaf) {
		if (is(leaf, "name"))
			record.name = lyd_get_value(leaf);
		else if (is(leaf, "type"))
			record.type = lyd_get_value(leaf);
		else if (is(leaf, "ttl"))
			record.ttl = lyd_get_value(leaf);
		else if (is(leaf, "swap-priority"))
			record.swap = strmatch(lyd_get_value(leaf), "true");
	}
	return record;
}

/* As text, with a blank. */
static size_t record_length(const struct record *record)
{
	return strlen(record->name) + strlen(record->type) + strlen(record->ttl) + 3;
}

static char *records_of(const struct lyd_node *dnode, size_t *ret_count)
{
	char *text = XCALLOC(MTYPE_TMP, FRRD_ADDRESS_ROOM + 1);
	const struct lyd_node *child;
	size_t length = 0;

	*ret_count = 0;
	LY_LIST_FOR (lyd_child(dnode), child) {
		struct record record;

		if (!is(child, "record"))
			continue;
		record = record_of(child);
		length += snprintf(text + length, FRRD_ADDRESS_ROOM + 1 - length, "%s%s/%s/%s",
				   *ret_count ? " " : "", record.name, record.type, record.ttl);
		length = MIN(length, FRRD_ADDRESS_ROOM);
		(*ret_count)++;
	}
	return text;
}

static void read_leaf(struct frrd_address_conf *conf, const struct lyd_node *dnode)
{
	if (is(dnode, "dns-server"))
		conf->server = lyd_get_value(dnode);
	else if (is(dnode, "dns-port"))
		conf->port = strtoul(lyd_get_value(dnode), NULL, 10);
	else if (is(dnode, "dns-zone"))
		conf->zone = lyd_get_value(dnode);
	else if (is(dnode, "dns-key-file"))
		conf->key_file = lyd_get_value(dnode);
}

static size_t count_targets(const struct lyd_node *dnode)
{
	const struct lyd_node *child;
	size_t count = 0;

	LY_LIST_FOR (lyd_child(dnode), child)
		count += is(child, "notify");
	return count;
}

/* dnode NULL: there is no such container. */
static void read_change(struct frrd_grp *grp, const struct lyd_node *dnode)
{
	struct frrd_address_conf conf = { .server = "", .zone = "", .key_file = "", .port = 53 };
	const char **targets = XCALLOC(MTYPE_TMP, (count_targets(dnode) + 1) * sizeof(*targets));
	char *records = records_of(dnode, &conf.record_count);
	const struct lyd_node *child;

	LY_LIST_FOR (lyd_child(dnode), child) {
		if (is(child, "notify"))
			targets[conf.target_count++] = lyd_get_value(child);
		else
			read_leaf(&conf, child);
	}
	conf.records = records;
	conf.targets = targets;
	frrd_address_configure(grp, &conf);
	XFREE(MTYPE_TMP, records);
	XFREE(MTYPE_TMP, targets);
}

/* NULL: there is none. Without an XPath, which libyang is slow with in large groups. */
static const struct lyd_node *change_of(const struct lyd_node *group)
{
	const struct lyd_node *child;

	LY_LIST_FOR (lyd_child(group), child)
		if (is(child, "address-change"))
			return child;
	return NULL;
}

void frrd_nb_address_finish(const struct lyd_node *root)
{
	const struct lyd_node *child;

	LY_LIST_FOR (lyd_child(root), child) {
		struct frrd_grp *grp;

		if (!is(child, "group"))
			continue;
		grp = frrd_grp_find(lyd_get_value(lyd_child(child)));
		if (grp && grp->touched)
			read_change(grp, change_of(child));
	}
}

/* --- rules --------------------------------------------------------------------- */

static bool rule_record(struct facts *f, const struct fact_group *g, const struct record *record)
{
	bool srv = strmatch(record->type, "srv");

	if (strmatch(record->name, "."))
		return refuse(f, "group %s: address-change record . is the root and no record of a service",
			      g->name);
	if (record->swap && !srv)
		return refuse(f, "group %s: address-change record %s %s: swap-priority is for type srv; the addresses of type %s follow the group by themselves",
			      g->name, record->name, record->type, record->type);
	if (srv && !record->swap)
		return refuse(f, "group %s: address-change record %s srv: without swap-priority nothing would be done with it, for an SRV record has names and priorities, and no addresses",
			      g->name, record->name);
	return true;
}

/* Map lines of all members. */
static void count_maps(const struct fact_group *g, size_t ret_lines[2])
{
	const struct lyd_node *member, *child;

	ret_lines[0] = ret_lines[1] = 0;
	LY_LIST_FOR (lyd_child(g->dnode), member) {
		if (!is(member, "member"))
			continue;
		LY_LIST_FOR (lyd_child(member), child)
			if (is(child, "map"))
				ret_lines[strchr(lyd_get_value(lyd_child(child)), ':') ? 1 : 0]++;
	}
}

/*
 * Each map line of a member stands for a pair of prefixes with each of the other members,
 * at most.
 */
static bool rule_room(struct facts *f, const struct fact_group *g, size_t count, size_t records)
{
	size_t others = g->member_count ? g->member_count - 1 : 0;
	size_t lines[2], pairs;

	count_maps(g, lines);
	pairs = others * (lines[0] * FRRD_ADDRESS_PAIR_IPV4 + lines[1] * FRRD_ADDRESS_PAIR_IPV6);
	if (records + pairs <= FRRD_ADDRESS_ROOM)
		return true;
	return refuse(f, "group %s: address-change: dns-update can be told %d characters; %zu records are %zu, and %zu map lines, each with %zu other members, may be %zu: use several groups",
		      g->name, FRRD_ADDRESS_ROOM, count, records,
		      lines[0] + lines[1], others, pairs);
}

bool frrd_rule_group_address(struct facts *f, const struct fact_group *g)
{
	size_t count = 0, length = 0, targets = 0;
	const struct lyd_node *child;
	bool server = false;

	if (!g->address)
		return true;

	LY_LIST_FOR (lyd_child(g->address), child) {
		struct record record;

		server |= is(child, "dns-server");
		targets += is(child, "notify");
		if (!is(child, "record"))
			continue;
		record = record_of(child);
		if (!rule_record(f, g, &record))
			return false;
		length += record_length(&record);
		count++;
	}
	if (count && !server)
		return refuse(f, "group %s: address-change has records and no dns-server; configure `address-change dns-server HOST` first",
			      g->name);
	return (!count && !targets) || rule_room(f, g, count, length);
}

bool frrd_rule_address(struct facts *f)
{
	struct fact_group *g;

	frr_each (fact_groups, f->groups, g)
		if (!frrd_rule_group_address(f, g))
			return false;
	return true;
}

/* --- operational state ---------------------------------------------------------- */

/* A time of the monotonic clock; 0: none. */
static struct yang_data *time_data(const char *xpath, int64_t ms)
{
	struct timeval when;
	char text[40];

	if (!ms)
		return NULL;
	frrd_time_ago(frrd_now_ms() - ms, &when);
	return yang_data_new_string(xpath, frrd_time_str(&when, text, sizeof(text)));
}

/* Leaves that the DNS and those who are told have in common. */
static struct yang_data *status_data(const char *xpath, const struct frrd_address_status *status)
{
	const char *leaf = strrchr(xpath, '/') + 1;

	if (strmatch(leaf, "state"))
		return yang_data_new_string(xpath, frrd_address_state_name(status));
	if (strmatch(leaf, "updated") || strmatch(leaf, "told"))
		return time_data(xpath, status->done_ms);
	if (strmatch(leaf, "failing-since"))
		return time_data(xpath, status->failing_ms);
	if (strmatch(leaf, "problem") && status->problem[0])
		return yang_data_new_string(xpath, status->problem);
	if (strmatch(leaf, "target"))
		return yang_data_new_string(xpath, status->target);
	return NULL;
}

struct yang_data *frrd_nb_state_dns_elem(struct nb_cb_get_elem_args *args)
{
	struct frrd_address_status status;

	if (!frrd_address_has_dns(args->list_entry))
		return NULL;
	frrd_address_dns(args->list_entry, &status);
	return status_data(args->xpath, &status);
}

/*
 * An entry is the group and its number; libfrr passes it as one pointer, and looks at one
 * at a time.
 */
static struct entry {
	const struct frrd_grp *grp;
	size_t number; /* from 1 */
} entry;

static const void *entry_at(const struct frrd_grp *grp, size_t number)
{
	if (!number || number > frrd_address_targets(grp))
		return NULL;
	entry = (struct entry){ .grp = grp, .number = number };
	return &entry;
}

const void *frrd_nb_state_target_next(struct nb_cb_get_next_args *args)
{
	return entry_at(args->parent_list_entry, args->list_entry ? entry.number + 1 : 1);
}

int frrd_nb_state_target_keys(struct nb_cb_get_keys_args *args)
{
	const struct entry *target = args->list_entry;

	args->keys->num = 1;
	snprintf(args->keys->key[0], sizeof(args->keys->key[0]), "%zu", target->number);
	return NB_OK;
}

const void *frrd_nb_state_target_lookup(struct nb_cb_lookup_entry_args *args)
{
	return entry_at(args->parent_list_entry, strtoul(args->keys->key[0], NULL, 10));
}

struct yang_data *frrd_nb_state_target_elem(struct nb_cb_get_elem_args *args)
{
	const struct entry *target = args->list_entry;
	struct frrd_address_status status;

	if (strmatch(strrchr(args->xpath, '/') + 1, "number"))
		return yang_data_new_uint16(args->xpath, target->number);
	frrd_address_target(target->grp, target->number - 1, &status);
	return status_data(args->xpath, &status);
}
