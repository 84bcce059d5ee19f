// SPDX-License-Identifier: GPL-2.0-or-later
/* The configuration as plain data; see frrd_config.h. */

#include <zebra.h>

#include "memory.h"

#include "frrd_compat.h"
#include "frrd/core/budget.h"
#include "frrd/core/group_fsm.h"
#include "frrd/frrd_address.h"
#include "frrd/frrd_config.h"
#include "frrd/frrd_convergence.h"
#include "frrd/frrd_time.h"

DEFINE_MGROUP(FRRD, "frrd");
DEFINE_MTYPE_STATIC(FRRD, FRRD_SITE, "Site");
DEFINE_MTYPE_STATIC(FRRD, FRRD_GROUP, "Group");
DEFINE_MTYPE_STATIC(FRRD, FRRD_MEMBER, "Group member");
DEFINE_MTYPE_STATIC(FRRD, FRRD_PLIST_REF, "Prefix-list reference");

struct frrd_config frrd_config;

void frrd_config_reset(void)
{
	frrd_config.local_site[0] = '\0';
	memset(&frrd_config.marker_range, 0, sizeof(frrd_config.marker_range));
	frrd_config.route_table = FRRD_DEFAULT_ROUTE_TABLE;
	frrd_config.distance = FRRD_DEFAULT_DISTANCE;
	frrd_config.route_tag = FRRD_DEFAULT_ROUTE_TAG;
	frrd_config.marker_tag = FRRD_DEFAULT_MARKER_TAG;
	frrd_config.arbiter = FRRD_ARBITER_NONE;
	frrd_config.handover_timeout_ms = FRRD_DEFAULT_HANDOVER_TIMEOUT_MS;
	frrd_config.takeover_delay_ms = FRRD_DEFAULT_TAKEOVER_DELAY_MS;
	frrd_config.stagger_ms = FRRD_DEFAULT_STAGGER_MS;
	frrd_config.fence_delay_ms = FRRD_DEFAULT_FENCE_DELAY_MS;
	frrd_config.settle_time_ms = FRRD_DEFAULT_SETTLE_TIME_MS;
	frrd_config.hold_down_ms = FRRD_DEFAULT_HOLD_DOWN_MS;
	frrd_config.stale_retention_ms = FRRD_DEFAULT_STALE_RETENTION_MS;
	frrd_config_detection_reset();
	frrd_config_detection();
}

void frrd_config_detection_reset(void)
{
	frrd_config.hold_time_s = 0;
	frrd_config.bfd_interval_ms = FRRD_DEFAULT_BFD_INTERVAL_MS;
	frrd_config.bfd_multiplier = FRRD_DEFAULT_BFD_MULTIPLIER;
}

void frrd_config_detection(void)
{
	struct frrd_detection detection;

	frrd_detection(frrd_config.bfd_interval_ms, frrd_config.bfd_multiplier,
		       frrd_config.hold_time_s, &detection);
	frrd_config.detection_worst_ms = detection.worst_ms;
	frrd_config.detection_best_ms = detection.best_ms;
}

void frrd_config_init(void)
{
	frrd_sites_init(&frrd_config.sites);
	frrd_groups_init(&frrd_config.groups);
	frrd_probe_init();
	frrd_config_reset();
}

void frrd_config_fini(void)
{
	struct frrd_site *site;
	struct frrd_grp *grp;

	while ((grp = frrd_groups_first(&frrd_config.groups)))
		frrd_grp_free(grp);
	frrd_probe_fini();
	while ((site = frrd_sites_first(&frrd_config.sites)))
		frrd_site_del(site);
	frrd_groups_fini(&frrd_config.groups);
	frrd_sites_fini(&frrd_config.sites);
}

struct frrd_site *frrd_site_find(const char *name)
{
	struct frrd_site key = {};

	strlcpy(key.name, name, sizeof(key.name));
	return frrd_sites_find(&frrd_config.sites, &key);
}

struct frrd_site *frrd_site_by_id(uint8_t id)
{
	struct frrd_site *site;

	frr_each (frrd_sites, &frrd_config.sites, site)
		if (site->id && site->id == id)
			return site;
	return NULL;
}

struct frrd_site *frrd_site_local(void)
{
	return frrd_site_find(frrd_config.local_site);
}

struct frrd_site *frrd_site_add(const char *name)
{
	struct frrd_site *site = XCALLOC(MTYPE_FRRD_SITE, sizeof(*site));

	strlcpy(site->name, name, sizeof(site->name));
	frrd_sites_add(&frrd_config.sites, site);
	return site;
}

void frrd_site_del(struct frrd_site *site)
{
	frrd_sites_del(&frrd_config.sites, site);
	XFREE(MTYPE_FRRD_SITE, site);
}

/* The group of this name, whether or not it waits for its end. */
static struct frrd_grp *grp_lookup(const char *name)
{
	struct frrd_grp key = {};

	strlcpy(key.name, name, sizeof(key.name));
	return frrd_groups_find(&frrd_config.groups, &key);
}

struct frrd_grp *frrd_grp_find(const char *name)
{
	struct frrd_grp *grp = grp_lookup(name);

	return grp && !grp->removed ? grp : NULL;
}

/* What a group does when nothing is said about it. */
static void grp_defaults(struct frrd_grp *grp)
{
	grp->auto_failover = false;
	grp->failback = false;
	grp->make_before_break = false;
	grp->withdraw_alone = false;
	grp->announce_first = false;
	grp->wait_to_restore_ms = FRRD_DEFAULT_WAIT_TO_RESTORE_MS;
	grp->damping_max_moves = FRRD_DEFAULT_DAMPING_MAX_MOVES;
	grp->damping_window_ms = FRRD_DEFAULT_DAMPING_WINDOW_MS;
}

struct frrd_grp *frrd_grp_add(const char *name)
{
	struct frrd_grp *grp = grp_lookup(name);

	if (grp) {
		grp->removed = false;
		return grp;
	}
	grp = XCALLOC(MTYPE_FRRD_GROUP, sizeof(*grp));
	strlcpy(grp->name, name, sizeof(grp->name));
	grp_defaults(grp);
	frrd_members_init(&grp->members);
	frrd_maps_init(&grp->maps_left);
	frrd_plists_init(&grp->plists);
	frrd_hook_set_init(&grp->hooks);
	frrd_route_set_init(&grp->routes);
	frrd_attach_set_init(&grp->attach);
	frrd_group_init(&grp->fsm, frrd_now_ms());
	frrd_groups_add(&frrd_config.groups, grp);
	return grp;
}

static void member_free(struct frrd_member *member)
{
	frrd_attach_conf_clear(&member->attaches);
	frrd_attach_confs_fini(&member->attaches);
	frrd_probe_use_clear(&member->probes);
	frrd_map_clear(member);
	frrd_maps_fini(&member->maps);
	frrd_probe_refs_fini(&member->probes.refs);
	XFREE(MTYPE_FRRD_MEMBER, member);
}

/* What the configuration said about the group; its run-time part stays. */
static void grp_forget_config(struct frrd_grp *grp)
{
	struct frrd_member *member;
	struct frrd_plist_ref *ref;

	while ((member = frrd_members_pop(&grp->members)))
		member_free(member);
	frrd_map_lines_clear(&grp->maps_left);
	while ((ref = frrd_plists_pop(&grp->plists)))
		XFREE(MTYPE_FRRD_PLIST_REF, ref);
	frrd_hook_set_clear(&grp->hooks);
	frrd_address_drop(grp);
	XFREE(MTYPE_TMP, grp->description);
	grp->id = 0;
	grp_defaults(grp);
}

void frrd_grp_del(struct frrd_grp *grp)
{
	grp_forget_config(grp);
	frrd_route_clear(grp);
	grp->removed = true;
}

void frrd_grp_free(struct frrd_grp *grp)
{
	EVENT_OFF(grp->t_deadline);
	EVENT_OFF(grp->t_health);
	grp_forget_config(grp);
	frrd_hook_drop(grp);
	frrd_convergence_drop(grp);
	frrd_sequence_drop(grp);
	frrd_attach_drop(grp);
	frrd_route_drop(grp);
	frrd_history_free(&grp->history);
	frrd_members_fini(&grp->members);
	frrd_maps_fini(&grp->maps_left);
	frrd_plists_fini(&grp->plists);
	frrd_groups_del(&frrd_config.groups, grp);
	XFREE(MTYPE_FRRD_GROUP, grp);
}

struct frrd_member *frrd_member_find(struct frrd_grp *grp, const char *site)
{
	struct frrd_member key = {};

	strlcpy(key.site, site, sizeof(key.site));
	return frrd_members_find(&grp->members, &key);
}

struct frrd_member *frrd_member_local(struct frrd_grp *grp)
{
	return frrd_member_find(grp, frrd_config.local_site);
}

static bool is_local(const struct frrd_member *member)
{
	return strmatch(member->site, frrd_config.local_site);
}

struct frrd_member *frrd_member_add(struct frrd_grp *grp, const char *site)
{
	struct frrd_member *member = XCALLOC(MTYPE_FRRD_MEMBER, sizeof(*member));

	strlcpy(member->site, site, sizeof(member->site));
	member->preference = FRRD_DEFAULT_PREFERENCE;
	frrd_attach_confs_init(&member->attaches);
	frrd_maps_init(&member->maps);
	frrd_probe_refs_init(&member->probes.refs);
	frrd_members_add(&grp->members, member);
	if (is_local(member))
		frrd_map_lines_clear(&grp->maps_left);
	return member;
}

void frrd_member_del(struct frrd_grp *grp, struct frrd_member *member)
{
	frrd_members_del(&grp->members, member);
	if (is_local(member) && grp->seq.step != FRRD_STEP_REST)
		frrd_map_lines_move(&member->maps, &grp->maps_left);
	member_free(member);
}

static struct frrd_plist_ref *plist_ref_find(struct frrd_grp *grp, const char *name)
{
	struct frrd_plist_ref key = {};

	strlcpy(key.name, name, sizeof(key.name));
	return frrd_plists_find(&grp->plists, &key);
}

struct frrd_plist_ref *frrd_plist_ref_add(struct frrd_grp *grp, const char *name)
{
	struct frrd_plist_ref *ref = plist_ref_find(grp, name);

	if (ref)
		return ref;
	ref = XCALLOC(MTYPE_FRRD_PLIST_REF, sizeof(*ref));
	strlcpy(ref->name, name, sizeof(ref->name));
	frrd_plists_add(&grp->plists, ref);
	return ref;
}

void frrd_plist_ref_del(struct frrd_grp *grp, const char *name)
{
	struct frrd_plist_ref *ref = plist_ref_find(grp, name);

	if (!ref)
		return;
	frrd_plists_del(&grp->plists, ref);
	XFREE(MTYPE_FRRD_PLIST_REF, ref);
}
