/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The configuration as plain data: what the northbound callbacks write and the
 * engine reads.  No I/O and no decisions here.
 *
 * Groups are created here too, because a group is named by the configuration;
 * their run-time part (state, routes, tracking) hangs off the same object and
 * belongs to the engine and the adapters.
 */
#ifndef FRRD_CONFIG_H
#define FRRD_CONFIG_H

#include "prefix.h"
#include "typesafe.h"
#include "memory.h"
#include "if.h"

#include "frrd/core/markers.h"
#include "frrd/core/types.h"
#include "frrd/frrd_attach.h"
#include "frrd/frrd_hook.h"
#include "frrd/frrd_map.h"
#include "frrd/frrd_name.h"
#include "frrd/frrd_probe.h"
#include "frrd/frrd_route.h"
#include "frrd/frrd_sequence.h"
#include "frrd/frrd_watch.h"
#include "frrd/frrd_history.h"

DECLARE_MGROUP(FRRD);

#define FRRD_DEFAULT_ROUTE_TABLE 142
#define FRRD_DEFAULT_DISTANCE 15
#define FRRD_DEFAULT_ROUTE_TAG 142
#define FRRD_DEFAULT_PREFERENCE 100
#define FRRD_DEFAULT_MARKER_TAG 143
#define FRRD_WITHDRAW_TIMEOUT_MS 10000

/* Defaults of the arbiter, the same as in the model. */
#define FRRD_DEFAULT_HANDOVER_TIMEOUT_MS 30000
#define FRRD_DEFAULT_TAKEOVER_DELAY_MS	 1000
#define FRRD_DEFAULT_STAGGER_MS		 500
#define FRRD_DEFAULT_FENCE_DELAY_MS	 400
#define FRRD_DEFAULT_SETTLE_TIME_MS	 5000
#define FRRD_DEFAULT_HOLD_DOWN_MS	 10000
#define FRRD_DEFAULT_STALE_RETENTION_MS	 3000
#define FRRD_DEFAULT_BFD_INTERVAL_MS	 300
#define FRRD_DEFAULT_BFD_MULTIPLIER	 3

/* Defaults of a group. */
#define FRRD_DEFAULT_WAIT_TO_RESTORE_MS 300000
#define FRRD_DEFAULT_DAMPING_MAX_MOVES 5
#define FRRD_DEFAULT_DAMPING_WINDOW_MS 3600000

PREDECL_RBTREE_UNIQ(frrd_sites);
PREDECL_RBTREE_UNIQ(frrd_members);
PREDECL_RBTREE_UNIQ(frrd_groups);
PREDECL_RBTREE_UNIQ(frrd_plists);

struct frrd_site {
	struct frrd_sites_item item;
	char name[FRRD_NAME_SIZE];
	uint8_t id; /* 1..15, 0: not configured */
	bool witness;
	bool maintenance;
	struct prefix beacon; /* family 0: none, the site has frrd's own beacon */
};

struct frrd_member {
	struct frrd_members_item item;
	char site[FRRD_NAME_SIZE];
	uint16_t preference;
	uint32_t metric; /* 0: none */
	struct frrd_nexthop nexthop;
	struct frrd_attach_confs_head attaches;
	struct frrd_probe_use probes;
	struct frrd_maps_head maps; /* address change */
};

/* A prefix-list that a group takes prefixes from. */
struct frrd_plist_ref {
	struct frrd_plists_item item;
	char name[129]; /* 1..128 characters, see prefix-list-name in the model */
	uint32_t used;	    /* entries that became prefixes of the group */
	uint32_t ranges;    /* entries left out: any, ge or le */
	uint32_t conflicts; /* entries left out: prefix of another group or of a track */
};

struct frrd_grp {
	struct frrd_groups_item item;
	char name[FRRD_NAME_SIZE];

	/* configuration */
	uint32_t id; /* 0: not configured */
	char *description;
	struct frrd_members_head members;
	struct frrd_plists_head plists;
	struct frrd_hook_set hooks;
	struct frrd_address *address; /* NULL: no records and nobody to tell; see frrd_address.h */
	struct frrd_maps_head maps_left; /* of this site, which is to withdraw; see frrd_map.h */
	bool auto_failover;
	bool failback; /* automatic */
	bool make_before_break;
	bool withdraw_alone; /* when-no-successor withdraw */
	bool announce_first; /* attach-order announce-first */
	uint32_t wait_to_restore_ms;
	uint16_t damping_max_moves; /* 0: any number */
	uint32_t damping_window_ms;
	bool removed; /* deleted from the configuration, waits for its routes to go */

	/* run time */
	struct frrd_group fsm;
	struct frrd_policy policy;
	struct frrd_route_set routes;
	struct frrd_sequence seq;
	struct frrd_attach_set attach;
	struct frrd_watch_set watch;
	struct frrd_marker_set *markers; /* NULL: none yet; see frrd_marker.h */
	struct frrd_history history;
	struct frrd_convergence *convergence; /* NULL: none yet; see frrd_convergence.h */
	struct event *t_deadline;
	struct event *t_step; /* limit of what the step of a move waits for */
	struct event *t_health; /* when the probes have to be asked again */
	int64_t owned_since_ms; /* since when this site owns it; meaningless when it does not */
	bool touched;	       /* configuration changed in this transaction */
	bool maps_dirty;       /* address change: its prefix lines have to be read anew */
	bool routes_dirty;     /* the engine has to look at the routes */
	bool watch_dirty;      /* the engine has to look at the tracking */
	bool view_dirty;       /* the engine has to look at the markers */
	bool health_dirty;     /* the engine has to look at the next-hop and the probes */
	bool restored;	       /* the state file was asked about it */
	struct frrd_markers markers_wanted; /* that this site announces for it */
	char peer[FRRD_NAME_SIZE];   /* other site of the last switchover */
	char note[160];		     /* operator's words for the last force or hold */
	int64_t command_us;	     /* monotonic time of the last accepted command */
	int64_t announce_us;	     /* monotonic time of the last write to zebra it caused */
};

struct frrd_config {
	char local_site[FRRD_NAME_SIZE]; /* empty: not configured */
	struct prefix marker_range;	 /* family 0: not configured */
	uint8_t route_table;
	uint8_t distance;
	uint32_t route_tag;
	uint32_t marker_tag;

	enum frrd_arbiter arbiter;
	uint32_t handover_timeout_ms;
	uint32_t takeover_delay_ms;
	uint32_t stagger_ms;
	uint32_t fence_delay_ms;
	uint32_t settle_time_ms;
	uint32_t hold_down_ms;
	uint32_t stale_retention_ms; /* whole seconds */
	uint32_t bfd_interval_ms;
	uint8_t bfd_multiplier;
	uint16_t hold_time_s; /* 0: none, BFD detects */
	uint32_t detection_worst_ms; /* of the above; see frrd_config_detection() */
	uint32_t detection_best_ms;

	struct frrd_sites_head sites;
	struct frrd_groups_head groups;
	struct frrd_probes_head probes;
	struct frrd_tracks_head tracks;
};

/* The one configuration of this process; valid from frrd_config_init() on. */
extern struct frrd_config frrd_config;

extern void frrd_config_init(void);
extern void frrd_config_fini(void);

/* Put every top-level leaf back to its default (the container was deleted). */
extern void frrd_config_reset(void);

/* Put what says how fast a dead site is noticed back to its default. */
extern void frrd_config_detection_reset(void);

/* Derive the times of detection from the hold time, or from BFD. */
extern void frrd_config_detection(void);

/* Lookup; NULL when there is none. frrd_grp_find skips removed groups. */
extern struct frrd_site *frrd_site_find(const char *name);
extern struct frrd_site *frrd_site_by_id(uint8_t id);
extern struct frrd_site *frrd_site_local(void);
extern struct frrd_grp *frrd_grp_find(const char *name);
extern struct frrd_member *frrd_member_find(struct frrd_grp *grp, const char *site);

/* The local site's member of a group, or NULL. */
extern struct frrd_member *frrd_member_local(struct frrd_grp *grp);

/*
 * Create and delete.  The caller owns nothing: the objects live in the
 * configuration.  frrd_grp_add() revives a removed group of the same name;
 * frrd_grp_del() marks it removed, the engine frees it when its routes are gone.
 */
extern struct frrd_site *frrd_site_add(const char *name);
extern void frrd_site_del(struct frrd_site *site);
extern struct frrd_grp *frrd_grp_add(const char *name);
extern void frrd_grp_del(struct frrd_grp *grp);
extern void frrd_grp_free(struct frrd_grp *grp);
extern struct frrd_member *frrd_member_add(struct frrd_grp *grp, const char *site);
extern void frrd_member_del(struct frrd_grp *grp, struct frrd_member *member);
extern struct frrd_plist_ref *frrd_plist_ref_add(struct frrd_grp *grp, const char *name);
extern void frrd_plist_ref_del(struct frrd_grp *grp, const char *name);

/* Is this site the owner: does it announce the group, or is it about to? */
static inline bool frrd_grp_owned(const struct frrd_grp *grp)
{
	return frrd_state_announces(grp->fsm.state);
}

static inline int frrd_site_cmp(const struct frrd_site *a, const struct frrd_site *b)
{
	return strcmp(a->name, b->name);
}
DECLARE_RBTREE_UNIQ(frrd_sites, struct frrd_site, item, frrd_site_cmp);

static inline int frrd_member_cmp(const struct frrd_member *a, const struct frrd_member *b)
{
	return strcmp(a->site, b->site);
}
DECLARE_RBTREE_UNIQ(frrd_members, struct frrd_member, item, frrd_member_cmp);

static inline int frrd_plist_ref_cmp(const struct frrd_plist_ref *a,
				     const struct frrd_plist_ref *b)
{
	return strcmp(a->name, b->name);
}
DECLARE_RBTREE_UNIQ(frrd_plists, struct frrd_plist_ref, item, frrd_plist_ref_cmp);

static inline int frrd_grp_cmp(const struct frrd_grp *a, const struct frrd_grp *b)
{
	return strcmp(a->name, b->name);
}
DECLARE_RBTREE_UNIQ(frrd_groups, struct frrd_grp, item, frrd_grp_cmp);

#endif
