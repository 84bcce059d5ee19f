// SPDX-License-Identifier: GPL-2.0-or-later
/* Attachments: configuration, wants, events; see frrd_attach.h. */

#include <zebra.h>

#include "log.h"
#include "memory.h"

#include "frrd/frrd_attach_internal.h"
#include "frrd/frrd_config.h"
#include "frrd/frrd_engine.h"
#include "frrd/frrd_errors.h"
#include "frrd/frrd_journal.h"
#include "frrd/frrd_process.h"
#include "frrd/frrd_time.h"

DEFINE_MTYPE_STATIC(FRRD, FRRD_ATTACH_CONF, "Attachment configuration");
DEFINE_MTYPE_STATIC(FRRD, FRRD_ATTACHMENT, "Attachment");

#define EVENTS_MS 20 /* the kernel reports several changes in a row */
#define STOP_MS 1000
/* What kept a takeover from attaching may still be there: how long it is not tried again. */
#define BARRED_MIN_MS 10000
#define BARRED_MAX_MS 600000

static struct event *t_changed;
static bool stopping;

/* --- configuration --- */

struct frrd_attach_conf *frrd_attach_conf_find(struct frrd_attach_confs_head *confs,
					       const char *ifname)
{
	struct frrd_attach_conf key = {};

	strlcpy(key.ifname, ifname, sizeof(key.ifname));
	return frrd_attach_confs_find(confs, &key);
}

struct frrd_attach_conf *frrd_attach_conf_add(struct frrd_attach_confs_head *confs,
					      const char *ifname)
{
	struct frrd_attach_conf *conf = XCALLOC(MTYPE_FRRD_ATTACH_CONF, sizeof(*conf));

	strlcpy(conf->ifname, ifname, sizeof(conf->ifname));
	conf->advertisements = FRRD_DEFAULT_ADVERTISEMENTS;
	conf->advertisement_interval_ms = FRRD_DEFAULT_ADVERTISEMENT_INTERVAL_MS;
	frrd_attach_confs_add(confs, conf);
	return conf;
}

static void conf_free(struct frrd_attach_conf *conf)
{
	XFREE(MTYPE_FRRD_ATTACH_CONF, conf->addresses);
	XFREE(MTYPE_FRRD_ATTACH_CONF, conf);
}

void frrd_attach_conf_del(struct frrd_attach_confs_head *confs, struct frrd_attach_conf *conf)
{
	frrd_attach_confs_del(confs, conf);
	conf_free(conf);
}

void frrd_attach_conf_clear(struct frrd_attach_confs_head *confs)
{
	struct frrd_attach_conf *conf;

	while ((conf = frrd_attach_confs_pop(confs)))
		conf_free(conf);
}

void frrd_attach_conf_address(struct frrd_attach_conf *conf, const struct prefix *p, bool add)
{
	size_t i = 0;

	while (i < conf->address_count && !prefix_same(&conf->addresses[i], p))
		i++;
	if (add && i == conf->address_count) {
		conf->addresses = XREALLOC(MTYPE_FRRD_ATTACH_CONF, conf->addresses,
					   (i + 1) * sizeof(*p));
		conf->addresses[conf->address_count++] = *p;
	} else if (!add && i < conf->address_count) {
		conf->addresses[i] = conf->addresses[--conf->address_count];
	}
}

/* --- objects --- */

void frrd_attach_set_init(struct frrd_attach_set *set)
{
	frrd_attachments_init(&set->list);
}

static struct frrd_attachment *find(const struct frrd_grp *grp, const char *ifname)
{
	const struct frrd_attachment *att;

	frr_each (frrd_attachments_const, &grp->attach.list, att)
		if (strmatch(att->ifname, ifname))
			return (struct frrd_attachment *)att;
	return NULL;
}

struct frrd_attachment *frrd_att_new(struct frrd_grp *grp, const char *ifname)
{
	struct frrd_attachment *att = find(grp, ifname), *before;

	if (att)
		return att;
	att = XCALLOC(MTYPE_FRRD_ATTACHMENT, sizeof(*att));
	att->grp = grp;
	strlcpy(att->ifname, ifname, sizeof(att->ifname));
	att->check_fd = -1;
	att->stale = true;
	/* in the order of names */
	before = NULL;
	for (struct frrd_attachment *other = frrd_attachments_first(&grp->attach.list);
	     other && strcmp(other->ifname, ifname) < 0;
	     other = frrd_attachments_next(&grp->attach.list, other))
		before = other;
	frrd_attachments_add_after(&grp->attach.list, before, att);
	frrd_att_recall(att);
	return att;
}

struct frrd_att_address *frrd_att_address(struct frrd_attachment *att, const struct prefix *p)
{
	for (size_t i = 0; i < att->count; i++)
		if (prefix_same(&att->addresses[i].p, p))
			return &att->addresses[i];
	att->addresses = XREALLOC(MTYPE_FRRD_ATTACHMENT, att->addresses,
				  (att->count + 1) * sizeof(*att->addresses));
	att->addresses[att->count] = (struct frrd_att_address){ .p = *p };
	return &att->addresses[att->count++];
}

static void release(struct frrd_attachment *att)
{
	EVENT_OFF(att->t_retry);
	frrd_att_check_stop(att);
	frrd_att_advertise_stop(att);
	XFREE(MTYPE_FRRD_ATTACHMENT, att->addresses);
	XFREE(MTYPE_FRRD_ATTACHMENT, att);
}

void frrd_att_free(struct frrd_attachment *att)
{
	if (!att->abandoned)
		frrd_attachments_del(&att->grp->attach.list, att);
	att->abandoned = true;
	EVENT_OFF(att->t_retry);
	frrd_att_check_stop(att);
	frrd_att_advertise_stop(att);
	if (!att->job)
		release(att);
}

void frrd_attach_drop(struct frrd_grp *grp)
{
	struct frrd_attachment *att;

	while ((att = frrd_attachments_first(&grp->attach.list)))
		frrd_att_free(att);
	frrd_attachments_fini(&grp->attach.list);
}

/* --- what is wanted, and how far it is --- */

/*
 * A line that is taken out of the configuration detaches at once; a group or a member
 * that is taken out withdraws first, in the usual order.
 */
enum frrd_attach_want frrd_att_wanted(const struct frrd_attachment *att)
{
	if (stopping)
		return FRRD_ATTACH_OFF;
	if (att->configured || att->grp->removed || !frrd_member_local(att->grp))
		return att->grp->attach.want;
	return FRRD_ATTACH_OFF;
}

bool frrd_att_shared(const struct frrd_attachment *att)
{
	struct frrd_attachment *other;
	struct frrd_grp *grp;

	frr_each (frrd_groups, &frrd_config.groups, grp)
		frr_each (frrd_attachments, &grp->attach.list, other)
			if (other != att && other->carrier && strmatch(other->ifname, att->ifname) &&
			    frrd_att_wanted(other) == FRRD_ATTACH_ON)
				return true;
	return false;
}

static enum frrd_attach_status status_of(const struct frrd_attachment *att)
{
	bool on = frrd_att_wanted(att) == FRRD_ATTACH_ON;

	switch (att->state) {
	case FRRD_ATT_ATTACHED:
		return on ? FRRD_ATTACH_DONE : FRRD_ATTACH_BUSY;
	case FRRD_ATT_DETACHED:
		return on ? FRRD_ATTACH_BUSY : FRRD_ATTACH_DONE;
	case FRRD_ATT_FAILED:
		return on ? FRRD_ATTACH_FAILED : FRRD_ATTACH_BUSY;
	case FRRD_ATT_STUCK:
		return on ? FRRD_ATTACH_BUSY : FRRD_ATTACH_FAILED;
	case FRRD_ATT_UNKNOWN:
	case FRRD_ATT_CHECKING:
	case FRRD_ATT_ATTACHING:
	case FRRD_ATT_DETACHING:
		return FRRD_ATTACH_BUSY;
	}
	return FRRD_ATTACH_BUSY;
}

enum frrd_attach_status frrd_attach_status(const struct frrd_grp *grp)
{
	enum frrd_attach_status status = FRRD_ATTACH_DONE;
	const struct frrd_attachment *att;

	frr_each (frrd_attachments_const, &grp->attach.list, att) {
		if (status_of(att) == FRRD_ATTACH_FAILED)
			return FRRD_ATTACH_FAILED;
		if (status_of(att) == FRRD_ATTACH_BUSY)
			status = FRRD_ATTACH_BUSY;
	}
	return status;
}

size_t frrd_attach_count(const struct frrd_grp *grp)
{
	return frrd_attachments_count(&grp->attach.list);
}

bool frrd_attach_gone(const struct frrd_grp *grp)
{
	const struct frrd_attachment *att;

	frr_each (frrd_attachments_const, &grp->attach.list, att)
		if (att->state != FRRD_ATT_DETACHED && att->state != FRRD_ATT_STUCK)
			return false;
	return true;
}

bool frrd_attach_possible(const struct frrd_grp *grp, int64_t *ret_again_ms)
{
	const struct frrd_attachment *att;
	int64_t until_ms = grp->attach.barred_until_ms;

	*ret_again_ms = FRRD_NEVER;
	frr_each (frrd_attachments_const, &grp->attach.list, att)
		if (att->configured && att->state != FRRD_ATT_UNKNOWN && !att->ifindex)
			return false;
	if (grp->attach.want == FRRD_ATTACH_ON)
		return !grp->seq.routes_done || frrd_attach_status(grp) != FRRD_ATTACH_FAILED;
	if (until_ms <= frrd_now_ms())
		return true;
	*ret_again_ms = until_ms;
	return false;
}

void frrd_att_forget_failure(struct frrd_grp *grp)
{
	grp->attach.failure[0] = '\0';
	grp->attach.failures = 0;
	grp->attach.barred_until_ms = 0;
}

/* The takeover, or the ownership, ends without the group being attached. */
static void bar(struct frrd_attach_set *set)
{
	int64_t barred_ms = BARRED_MIN_MS;

	for (unsigned int i = 0; i < set->failures && barred_ms < BARRED_MAX_MS; i++)
		barred_ms *= 2;
	set->failures++;
	set->barred_until_ms = frrd_now_ms() + MIN(barred_ms, BARRED_MAX_MS);
}

bool frrd_attach_will_serve(const struct frrd_grp *grp, const struct frrd_nexthop *nexthop,
			    int family)
{
	const struct frrd_attachment *att;
	struct prefix gateway = { .family = family, .prefixlen = family == AF_INET ? IPV4_MAX_BITLEN
										  : IPV6_MAX_BITLEN };

	if (family == AF_INET)
		gateway.u.prefix4 = nexthop->ipv4;
	else
		gateway.u.prefix6 = nexthop->ipv6;
	frr_each (frrd_attachments_const, &grp->attach.list, att) {
		if (!att->configured || att->state == FRRD_ATT_ATTACHED || !att->ifindex)
			continue;
		if (att->carrier && strmatch(att->ifname, nexthop->ifname))
			return true;
		for (size_t i = 0; i < att->count; i++)
			if (att->addresses[i].configured && att->addresses[i].p.family == family &&
			    prefix_match(&att->addresses[i].p, &gateway))
				return true;
	}
	return false;
}

static const char *const state_names[] = {
	[FRRD_ATT_UNKNOWN] = "unknown",	    [FRRD_ATT_DETACHED] = "detached",
	[FRRD_ATT_CHECKING] = "checking",   [FRRD_ATT_ATTACHING] = "attaching",
	[FRRD_ATT_ATTACHED] = "attached",   [FRRD_ATT_FAILED] = "failed",
	[FRRD_ATT_DETACHING] = "detaching", [FRRD_ATT_STUCK] = "failed",
};

const char *frrd_attachment_state(const struct frrd_attachment *att)
{
	return state_names[att->state];
}

static void journal(const struct frrd_attachment *att)
{
	struct json_object *json = json_object_new_object();

	json_object_object_add(json, "interface", json_object_new_string(att->ifname));
	json_object_object_add(json, "state", json_object_new_string(frrd_attachment_state(att)));
	if (att->problem[0])
		json_object_object_add(json, "problem", json_object_new_string(att->problem));
	frrd_journal_add("attachment", att->grp, json);
}

void frrd_att_set_state(struct frrd_attachment *att, enum frrd_attach_state state,
			const char *problem)
{
	bool other = att->state != state;

	if (!other && strmatch(att->problem, problem))
		return;
	att->state = state;
	strlcpy(att->problem, problem, sizeof(att->problem));
	if (state == FRRD_ATT_FAILED)
		snprintf(att->grp->attach.failure, sizeof(att->grp->attach.failure),
			 "interface %s: %s", att->ifname, problem);
	else if (state == FRRD_ATT_ATTACHED && frrd_attach_status(att->grp) == FRRD_ATTACH_DONE)
		frrd_att_forget_failure(att->grp);
	if (problem[0])
		flog_warn(EC_FRRD_ATTACH, "group %s: interface %s: %s", att->grp->name,
			  att->ifname, problem);
	else if (other && state == FRRD_ATT_ATTACHED)
		zlog_info("group %s: interface %s is attached", att->grp->name, att->ifname);
	if (problem[0] || state == FRRD_ATT_ATTACHED || state == FRRD_ATT_DETACHED)
		journal(att);
	frrd_engine_routes_changed(att->grp);
	frrd_engine_health_changed(att->grp);
}

static void evaluate_all(struct frrd_grp *grp)
{
	struct frrd_attachment *att;

	frr_each_safe (frrd_attachments, &grp->attach.list, att)
		frrd_att_evaluate(att);
}

void frrd_attach_want(struct frrd_grp *grp, enum frrd_attach_want want)
{
	struct frrd_attachment *att;

	if (grp->attach.want == want)
		return;
	if (grp->attach.want == FRRD_ATTACH_ON && grp->attach.failure[0])
		bar(&grp->attach);
	else
		grp->attach.failure[0] = '\0';
	grp->attach.want = want;
	frr_each (frrd_attachments, &grp->attach.list, att) {
		EVENT_OFF(att->t_retry);
		att->retry_ms = 0;
		att->added_ms = att->set_up_ms = 0;
		frrd_att_check_stop(att);
		for (size_t i = 0; i < att->count; i++)
			att->addresses[i].checked = att->addresses[i].duplicate = false;
		att->stale = true;
	}
	evaluate_all(grp);
}

/* --- what happens in the kernel --- */

static void changed_event(struct event *event)
{
	struct frrd_grp *grp;

	frr_each (frrd_groups, &frrd_config.groups, grp)
		evaluate_all(grp);
}

static void kernel_changed(ifindex_t ifindex, const char *ifname)
{
	struct frrd_attachment *att;
	struct frrd_grp *grp;
	bool any = false;

	frr_each (frrd_groups, &frrd_config.groups, grp)
		frr_each (frrd_attachments, &grp->attach.list, att)
			if (ifindex == IFINDEX_INTERNAL || att->ifindex == ifindex ||
			    att->placed == ifindex || (ifname && strmatch(att->ifname, ifname)))
				any = att->stale = true;
	if (any && !t_changed)
		event_add_timer_msec(frrd_loop, changed_event, NULL, EVENTS_MS, &t_changed);
}

/* --- configuration to objects --- */

static void take_conf(struct frrd_attachment *att, const struct frrd_attach_conf *conf)
{
	att->configured = true;
	att->carrier = conf->carrier;
	att->duplicate_check = conf->duplicate_check;
	att->advertisements = conf->advertisements;
	att->advertisement_interval_ms = conf->advertisement_interval_ms;
	for (size_t i = 0; i < conf->address_count; i++)
		frrd_att_address(att, &conf->addresses[i])->configured = true;
}

void frrd_attach_apply(struct frrd_grp *grp)
{
	struct frrd_member *member = grp->removed ? NULL : frrd_member_local(grp);
	struct frrd_attach_conf *conf;
	struct frrd_attachment *att;
	int error;

	frr_each (frrd_attachments, &grp->attach.list, att) {
		att->configured = false;
		att->stale = true;
		for (size_t i = 0; i < att->count; i++)
			att->addresses[i].configured = false;
	}
	if (member)
		frr_each (frrd_attach_confs, &member->attaches, conf)
			take_conf(frrd_att_new(grp, conf->ifname), conf);
	if (grp->attach.want != FRRD_ATTACH_ON)
		frrd_att_forget_failure(grp);
	frrd_att_recall_all(grp);
	if (!frrd_attach_count(grp))
		return;
	error = frrd_kernel_monitor(kernel_changed);
	if (error)
		flog_err(EC_FRRD_ATTACH, "interfaces cannot be followed: %s", safe_strerror(error));
	evaluate_all(grp);
}

void frrd_attach_init(void)
{
	frrd_kernel_init();
}

void frrd_attach_stop(void)
{
	struct frrd_grp *grp;

	stopping = true;
	frr_each (frrd_groups, &frrd_config.groups, grp)
		evaluate_all(grp);
	frrd_kernel_flush(STOP_MS);
}

void frrd_attach_fini(void)
{
	EVENT_OFF(t_changed);
	frrd_att_record_fini();
	frrd_kernel_monitor_stop();
	frrd_kernel_fini();
}
