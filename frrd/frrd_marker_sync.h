/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Between frrd_marker.c (what is announced and tracked), frrd_marker_view.c (what
 * is seen) and frrd_marker_sync.c (own markers into zebra); private to these.
 */
#ifndef FRRD_MARKER_SYNC_H
#define FRRD_MARKER_SYNC_H

#include "typesafe.h"

#include "frrd/frrd_marker.h"

/* What zebra said about the address. */
enum marker_seen {
	SEEN_OFF,     /* not tracked */
	SEEN_UNKNOWN, /* no answer yet */
	SEEN_ABSENT,
	SEEN_OURS,    /* our own route is selected */
	SEEN_PRESENT, /* somebody else's is */
};

/* What became of our own route. */
enum marker_status {
	STATUS_OUT,	  /* zebra has nothing of this session */
	STATUS_WRITTEN,	  /* no answer yet */
	STATUS_INSTALLED,
	STATUS_BLOCKED,	  /* refused, or another route is preferred: tried again */
	STATUS_DELETED,	  /* deletion written, no answer yet */
};

PREDECL_HASH(markers);
PREDECL_DLIST(marker_list);

struct marker {
	struct markers_item item;
	struct marker_list_item list_item; /* in its group's set, when there is a group */
	struct frrd_grp *grp; /* NULL: beacon, cover, or what is left of a group */
	struct prefix prefix;
	uint8_t kind; /* enum frrd_marker_kind */
	uint8_t site;
	uint8_t seen;	/* enum marker_seen */
	uint8_t status; /* enum marker_status */
	bool cover;	/* no marker: covers some, so that zebra finds the absent ones quickly */
	bool wanted;
	bool tracked;
	bool want_next;	 /* noted, about to become `wanted` */
	bool track_next; /* noted, about to become `tracked` */
	bool deleted_twice; /* its deletion was written again */
	uint8_t written_again; /* times, since it was wanted or installed last; at most HIDDEN */
};

struct frrd_marker_set {
	struct marker_list_head list;
	struct frrd_markers wanted;
	uint32_t id; /* of the group; stays when its configuration is gone */
	bool complete; /* every marker has an address */
	uint32_t unknown;
	struct frrd_view view; /* `known` and `beacons` are filled in when asked for */
};

/* Id of the local site, 0: none; and are there markers with this configuration? */
extern uint8_t frrd_marker_self(void);
extern bool frrd_marker_enabled(void);

/* The marker that is the beacon of another site; NULL: there is no such site. */
extern void frrd_marker_set_beacon(uint8_t site, struct marker *marker);

/* What was seen has changed: compute the views anew and tell the engine. */
extern void frrd_marker_refresh(const struct marker *marker);
extern void frrd_marker_refresh_group(struct frrd_grp *grp);
extern void frrd_marker_refresh_beacons(void);

/*
 * The part of the range that belongs to a kind (site 0), or to a kind and a site.
 * False when there is no range, or when it is too small.
 */
extern bool frrd_marker_part(enum frrd_marker_kind kind, uint8_t site, struct prefix *ret_prefix);

/* Every marker and cover, by address. */
extern struct markers_head frrd_markers;
extern struct marker *frrd_marker_find(const struct prefix *p);

/* Is it not to be written yet, because one of an earlier session stands or may stand? */
extern bool frrd_marker_held_back(const struct marker *marker);

/* It has changed: free it when nobody needs it any more. */
extern void frrd_marker_release(struct marker *marker);

/* Announce it or take it back; written at once when there is a session. */
extern void frrd_marker_set_wanted(struct marker *marker, bool wanted);

/* Write it (again) as it is wanted. */
extern void frrd_marker_write(struct marker *marker);

/* The session is lost: zebra has nothing of it. */
extern void frrd_marker_sync_down(void);

/* Markers and covers that zebra may have of this session. */
extern size_t frrd_marker_standing(void);

extern void frrd_marker_sync_fini(void);

static inline int marker_cmp(const struct marker *a, const struct marker *b)
{
	return prefix_cmp(&a->prefix, &b->prefix);
}

static inline uint32_t marker_hash(const struct marker *marker)
{
	return prefix_hash_key(&marker->prefix);
}

DECLARE_HASH(markers, struct marker, item, marker_cmp, marker_hash);
DECLARE_DLIST(marker_list, struct marker, list_item);

#endif
