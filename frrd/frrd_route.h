/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Routes: the prefixes of every group, what is wanted of them in zebra and what
 * zebra said about them.
 *
 * One object a prefix, found by prefix through one hash for the whole daemon,
 * listed by group.  It is kept small (100,000 prefixes are ordinary); details
 * that only few of them have are allocated apart.
 *
 * Status follows zebra's owner notifications, never the act of sending.  zebra
 * 8.4 is silent in three cases (added while a better route stands, deleted
 * before it was processed, dropped at decoding), so a route without an answer
 * for FRRD_DOUBT_MS is asked for by nexthop tracking, see frrd_watch.h.
 *
 * A route that was out of zebra for a while (next-hop gone, session lost) is not
 * simply written again: another site may have taken the group over meanwhile.
 * It is asked for first, and only what nobody else announces is written.
 */
#ifndef FRRD_ROUTE_H
#define FRRD_ROUTE_H

#include "if.h"
#include "prefix.h"
#include "typesafe.h"

#include "frrd/core/types.h"

struct frrd_grp;

#define FRRD_DOUBT_MS 1000

enum frrd_route_status {
	FRRD_ROUTE_IDLE,	/* not wanted, not in zebra */
	FRRD_ROUTE_QUEUED,	/* wanted, not written to zebra yet */
	FRRD_ROUTE_PENDING,	/* written, no answer yet */
	FRRD_ROUTE_INSTALLED,	/* zebra: installed */
	FRRD_ROUTE_FAILED,	/* not possible now, tried again when something changes */
	FRRD_ROUTE_LOST,	/* zebra prefers another route for the prefix */
	FRRD_ROUTE_REMOVED,	/* zebra took it out although it is wanted */
	FRRD_ROUTE_WITHDRAWING,	/* deletion queued or written, no answer yet */
	FRRD_ROUTE_STATUS_COUNT,
};

enum frrd_route_cause {
	FRRD_CAUSE_NONE,
	FRRD_CAUSE_NO_INTERFACE, /* the next-hop interface does not exist */
	FRRD_CAUSE_INTERFACE_DOWN, /* the next-hop interface is down */
	FRRD_CAUSE_GATEWAY,	 /* zebra knows no way to the next-hop address */
	FRRD_CAUSE_NO_NEXTHOP,	 /* no next-hop for this address family */
	FRRD_CAUSE_REFUSED,	 /* zebra: not installable, usually an inactive next-hop */
	FRRD_CAUSE_NO_ANSWER,	 /* zebra was silent and does not know the route */
	FRRD_CAUSE_BETTER,	 /* zebra prefers another route */
	FRRD_CAUSE_TAKEN,	 /* another site began to announce it meanwhile */
};

/*
 * Where a prefix comes from; a bit mask.  This site announces it as the owner: it is a
 * prefix of the group, or what this site announces in the place of one (frrd_map.h).
 */
#define FRRD_SOURCE_PREFIX 0x01
#define FRRD_SOURCE_PLIST  0x02
#define FRRD_SOURCE_HERE   (FRRD_SOURCE_PREFIX | FRRD_SOURCE_PLIST)

/* The same for what other sites announce, and this one only watches. */
#define FRRD_SOURCE_OTHER(source) ((source) << 2)

/* What nexthop tracking says about the exact prefix. */
enum frrd_track {
	FRRD_TRACK_OFF,	      /* not registered */
	FRRD_TRACK_UNKNOWN,   /* registered, no answer yet */
	FRRD_TRACK_ABSENT,    /* no selected route for exactly this prefix */
	FRRD_TRACK_OURS,      /* our own route is selected */
	FRRD_TRACK_ELSEWHERE, /* somebody else's route is selected */
};

/* Whose route is selected when it is not ours. */
struct frrd_origin {
	uint8_t type; /* ZEBRA_ROUTE_* */
	uint16_t instance;
	uint8_t distance;
	uint32_t metric;
	uint8_t via_count;   /* next-hops of that route */
	struct prefix via;   /* first one; family 0: an interface or none */
	int32_t via_ifindex; /* first one; 0: none */
};

/* Where a member's routes point to. Blackhole excludes all others. */
struct frrd_nexthop {
	bool has_ipv4;
	bool has_ipv6;
	bool blackhole;
	struct in_addr ipv4;
	struct in6_addr ipv6;
	char ifname[INTERFACE_NAMSIZ]; /* empty: none */
};

/* What every route of a group carries besides its prefix. */
struct frrd_route_params {
	struct frrd_nexthop nexthop;
	uint32_t metric;
	uint32_t tag;
	uint8_t distance;
	uint8_t table; /* instance of ZEBRA_ROUTE_TABLE */
};

PREDECL_HASH(frrd_route_hash);
PREDECL_DLIST(frrd_route_list);
PREDECL_DLIST(frrd_route_queue);

struct frrd_route {
	struct frrd_route_hash_item hash_item;
	struct frrd_route_list_item list_item;
	struct frrd_route_queue_item queue_item;
	struct frrd_grp *grp;
	struct frrd_origin *origin; /* NULL unless track is ELSEWHERE */
	struct prefix *original; /* of the group, in whose place it is; NULL: it is one itself */
	union {
		struct in_addr ipv4;
		struct in6_addr ipv6;
	} addr;
	uint8_t family;	   /* AF_INET, AF_INET6 */
	uint8_t prefixlen; /* bits */
	uint8_t status;	   /* enum frrd_route_status */
	uint8_t cause;	   /* enum frrd_route_cause */
	uint8_t track;	   /* enum frrd_track */
	uint8_t sources;   /* FRRD_SOURCE_* */
	bool wanted : 1;   /* the engine wants it announced */
	bool queued : 1;   /* on the send queue */
	bool in_zebra : 1; /* zebra may hold an entry of ours */
	bool verified : 1; /* tracking found it absent, see frrd_watch.h */
	bool doubt : 1;	   /* asked for because zebra did not answer */
	bool verify : 1;   /* ask whether another site has it before it is written */
	bool asking : 1;   /* that question is on its way */
	uint8_t listed;	   /* FRRD_SOURCE_*: found while the sources are being read */
};

/* The routes of one group. */
struct frrd_route_set {
	struct frrd_route_list_head list;
	uint32_t by_status[FRRD_ROUTE_STATUS_COUNT];
	uint32_t wanted;
	uint32_t taken; /* of those that are lost: announced by another site */
	uint32_t here; /* prefixes that this site announces as the owner */
	uint32_t ipv6; /* of these: IPv6 */
	uint32_t watched; /* prefixes that only other sites announce, nothing of them in zebra */
	bool announce; /* new prefixes of the group are wanted at once */
	bool reordered; /* the list, while the sources are being read */
	bool suspended; /* after a new session: what is wanted is not written yet */
	struct frrd_route_params params; /* of the routes that are in zebra */
	int64_t written_us; /* monotonic time of the first write of the last announce/withdraw */
	uint32_t drain_echo; /* deletions wait for this echo, 0: for none; see frrd_drain.h */
};

extern void frrd_route_init(void);
extern void frrd_route_fini(void);
extern void frrd_route_set_init(struct frrd_route_set *set);

/* The route of exactly this prefix in any group, or NULL. */
extern struct frrd_route *frrd_route_find(const struct prefix *p);

/* Does this site announce it as the owner?  If not, it is only watched. */
static inline bool frrd_route_is_here(const struct frrd_route *route)
{
	return route->sources & FRRD_SOURCE_HERE;
}

/* The prefix of the group in whose place the route is; itself: the route's own. */
extern void frrd_route_set_original(struct frrd_route *route, const struct prefix *original);
extern void frrd_route_original(const struct frrd_route *route, struct prefix *ret_prefix);

/* Put it at the end of its group's list; frrd_watch_set_mode() has to follow. */
extern void frrd_route_to_tail(struct frrd_route *route);

/*
 * Add a source to a prefix of the group; creates the route when needed.
 * Returns NULL and leaves everything as it was when another group has the
 * prefix; *ret_owner (may be NULL) is then that group.
 */
extern struct frrd_route *frrd_route_add(struct frrd_grp *grp, const struct prefix *p,
					 uint8_t source, struct frrd_grp **ret_owner);

/*
 * Take a source away.  A route without sources is withdrawn when it was wanted
 * and freed once zebra has confirmed that.
 */
extern void frrd_route_del(struct frrd_grp *grp, const struct prefix *p, uint8_t source);

/* Take these sources away from all routes of the group that they are not listed for. */
extern void frrd_route_del_unlisted(struct frrd_grp *grp, uint8_t sources);

/* Take all sources of all routes of the group away. */
extern void frrd_route_clear(struct frrd_grp *grp);

/* Free all routes of the group without a word to zebra (the end of the process). */
extern void frrd_route_drop(struct frrd_grp *grp);

/* Announce or withdraw all routes of the group. Returns at once. */
extern void frrd_route_announce(struct frrd_grp *grp);
extern void frrd_route_withdraw(struct frrd_grp *grp);

/*
 * Take over what the configuration says about next-hop, metric, tag and
 * distance; when it differs, every announced route of the group is written again.
 */
extern void frrd_route_sync_params(struct frrd_grp *grp);

/*
 * An interface came, went, or changed its operational state; the reachability of
 * a next-hop address changed: write the routes that point to it again.  zebra
 * 8.4 says nothing about a TABLE route whose interface goes down, and does not
 * put it back into the kernel when it comes up, so frrd takes such routes out
 * and in itself.
 */
extern void frrd_route_interface_changed(const char *ifname);
extern void frrd_route_gateway_changed(const struct prefix *address);

/* An address or gateway came: try failed routes again soon. */
extern void frrd_route_retry_soon(void);

/*
 * zebra came up or went away (nothing is there).  With the arbiter manual
 * everything wanted is queued.  With the arbiter bgp it waits for the engine to
 * announce or withdraw the group: zebra may have kept routes of an earlier
 * session or process, and another site may have taken over.
 */
extern void frrd_route_zebra_up(void);
extern void frrd_route_zebra_down(void);

/* zebra's buffer was full and has room again. */
extern void frrd_route_writable(void);

/* zebra's owner notification for one prefix (enum zapi_route_notify_owner). */
extern void frrd_route_notify(const struct prefix *p, int note);

/* zebra has fallen back to the prefix's drain route, so the group's route is gone. */
extern void frrd_route_drained(const struct prefix *p);

/*
 * Nexthop tracking answered a question about a route.  `local`: what is selected
 * (track ELSEWHERE) was made at this router and not learned from another site.
 */
extern void frrd_route_tracked(struct frrd_route *route, enum frrd_track track, bool local);

/* zebra has dropped what it had kept of an earlier session and was not written again. */
extern void frrd_route_resumed(void);

/* What routes stand for has changed: questions that are on their way are asked anew. */
extern void frrd_route_ask_anew(struct frrd_grp *grp);

/* Is nothing queued: was everything written to zebra (or to the session's buffer)? */
extern bool frrd_route_all_written(void);

/* May zebra have an entry of ours, of this session or of an earlier one? */
extern bool frrd_route_may_stand(const struct frrd_route *route);

/*
 * Could the routes of the group work here now: does its interface exist, is it up,
 * and is the next-hop address reachable?  False without a local member.
 * frrd_engine_health_changed() is called whenever that may have changed.
 */
extern bool frrd_route_nexthop_usable(struct frrd_grp *grp);

/* Does this next-hop serve routes of a family (AF_INET, AF_INET6)? */
extern bool frrd_nexthop_serves(const struct frrd_nexthop *nexthop, int family);

/* Counters for the engine. */
extern void frrd_route_snapshot(const struct frrd_grp *grp, struct frrd_routes *ret_routes);

/* Fill *ret_prefix from a route. */
extern void frrd_route_prefix(const struct frrd_route *route, struct prefix *ret_prefix);

/* Words; static strings. */
extern const char *frrd_route_status_name(enum frrd_route_status status);
extern const char *frrd_route_cause_text(enum frrd_route_cause cause);

/*
 * All routes of one group (NULL: of all groups) in prefix order, IPv4 first.
 * Returns an array of *ret_count pointers that the caller frees with
 * frrd_route_array_free(); NULL when there are none.
 */
extern struct frrd_route **frrd_route_array(struct frrd_grp *grp, size_t *ret_count);
extern void frrd_route_array_free(struct frrd_route **routes);

DECLARE_DLIST(frrd_route_list, struct frrd_route, list_item);

#endif
