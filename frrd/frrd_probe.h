/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Probes and tracks: what is configured about them, and what they say.
 *
 * A probe is a check that runs again and again and is up, down or unknown.  frrd-io
 * runs icmp, tcp, http and exec (frrd_ioproc.h); bfd, interface and route are frrd's
 * own and follow what zebra says.  Members of groups and tracks use probes by name.
 * A track is up or down by its probes and announces prefixes while it is up.
 *
 * The northbound writes the configuration parts and touches what it wrote;
 * frrd_probe_apply() runs once at the end of the transaction, from the engine.
 */
#ifndef FRRD_PROBE_H
#define FRRD_PROBE_H

#include "if.h"
#include "prefix.h"
#include "typesafe.h"

#include "frrd_ipc.h"
#include "frrd/core/health.h"
#include "frrd/frrd_name.h"
#include "frrd/frrd_route.h"

struct event;

/* Defaults, the same as in the model. */
#define FRRD_DEFAULT_PROBE_INTERVAL_MS	1000
#define FRRD_DEFAULT_PROBE_TIMEOUT_MS	500
#define FRRD_DEFAULT_PROBE_RISE		2
#define FRRD_DEFAULT_PROBE_FALL		3
#define FRRD_DEFAULT_PROBE_JITTER	10
#define FRRD_DEFAULT_PROBE_SIZE		56
#define FRRD_DEFAULT_PROBE_STATUS	"200-299"
#define FRRD_DEFAULT_PROBE_BFD_MULTIPLIER 3
#define FRRD_DEFAULT_PROBE_BFD_MS	300

enum frrd_probe_kind {
	FRRD_PROBE_NONE, /* not configured yet */
	FRRD_PROBE_ICMP,
	FRRD_PROBE_TCP,
	FRRD_PROBE_HTTP,
	FRRD_PROBE_EXEC,
	FRRD_PROBE_BFD,
	FRRD_PROBE_INTERFACE,
	FRRD_PROBE_ROUTE,
};

/* Does frrd-io run it? */
static inline bool frrd_probe_kind_is_io(enum frrd_probe_kind kind)
{
	return kind >= FRRD_PROBE_ICMP && kind <= FRRD_PROBE_EXEC;
}

struct frrd_probe_bfd {
	struct prefix peer; /* family 0: not configured */
	bool multihop;
	uint8_t multiplier;
	uint32_t receive_ms;
	uint32_t transmit_ms;
};

struct frrd_probe_interface {
	char name[INTERFACE_NAMSIZ]; /* empty: not configured */
	struct prefix address;	     /* family 0: any */
};

struct frrd_probe_route {
	struct prefix prefix; /* family 0: not configured */
	bool covering;
	struct prefix via; /* a host prefix; family 0: any */
};

PREDECL_RBTREE_UNIQ(frrd_probes);
PREDECL_HASH(frrd_probe_ids);
PREDECL_RBTREE_UNIQ(frrd_probe_refs);
PREDECL_RBTREE_UNIQ(frrd_tracks);
PREDECL_RBTREE_UNIQ(frrd_track_prefixes);

/* What nexthop tracking says about the prefix of a route probe. */
struct frrd_probe_found {
	bool answered;
	bool present; /* a route resolves it; `prefix` is that of the route */
	bool via;     /* and it has the configured next-hop */
	struct prefix prefix;
};

struct bfd_session_params; /* libfrr's */

struct frrd_probe {
	struct frrd_probes_item item;
	struct frrd_probe_ids_item id_item; /* while frrd-io runs it */
	char name[FRRD_NAME_SIZE];

	/* configuration */
	char *description; /* MTYPE_TMP, or NULL */
	enum frrd_probe_kind kind;
	/*
	 * For frrd-io: host, url and so on of its kinds; interval_ms, retry_ms, timeout_ms,
	 * jitter, rise, fall, source_address and source_interface of every kind.  `id`, `generation` and
	 * `kind` in it are frrd_probe.c's.
	 */
	struct frrd_ipc_probe io;
	struct frrd_probe_bfd bfd;
	struct frrd_probe_interface interface;
	struct frrd_probe_route route;
	enum frrd_when_unknown when_unknown;

	/* run time */
	bool touched;
	bool unsent; /* frrd-io has not been told of it, or not of its last change */
	enum frrd_probe_kind running; /* what was started; NONE: nothing */
	struct frrd_probe_health health;
	int64_t since_ms;	  /* monotonic time of the last change of state */
	char text[FRRD_IPC_TEXT]; /* the last result, or why there is none */
	uint32_t latency_us;	  /* of the last good run; 0: there was none */
	uint64_t good;		  /* results since the probe was made */
	uint64_t bad;
	uint64_t changes;	  /* of the state, since then */
	int64_t result_ms;	  /* monotonic time of the last result, or of the start */
	struct event *t_lost;	  /* frrd-io's kinds: no result came in time */

	/* the same, for frrd's own kinds; see frrd_probe_local.h */
	struct event *t_look;
	int64_t settle_ms;     /* until then only good news counts */
	bool seen;	       /* interface: zebra has spoken of it in this session */
	struct prefix tracked; /* route: what zebra was asked for; family 0: nothing */
	struct frrd_probe_found found; /* route: what zebra answered */
	struct bfd_session_params *session; /* bfd */
};

/* When a probe counts. */
enum frrd_probe_role {
	FRRD_ROLE_BOTH,
	FRRD_ROLE_OWNER,
	FRRD_ROLE_STANDBY,
};

/* A member or track names a probe; the probe need not exist (then it is unknown). */
struct frrd_probe_ref {
	struct frrd_probe_refs_item item;
	char name[FRRD_NAME_SIZE];
	enum frrd_probe_role role;
};

/* Which probes count, and how. All zero: none. */
struct frrd_probe_use {
	enum frrd_combine mode;
	uint16_t number; /* AT_LEAST; 0: not configured */
	struct frrd_probe_refs_head refs;
};

/* A prefix of a track. */
struct frrd_track_prefix {
	struct frrd_track_prefixes_item item;
	struct prefix prefix;
	uint8_t status; /* enum frrd_route_status */
	uint8_t cause;	/* enum frrd_route_cause */
	bool wanted;	/* the track is up */
	bool dirty;	/* to be written to zebra as it is wanted */
	bool in_zebra;	/* zebra may hold it */
	bool removed;	/* not configured any more: freed when zebra has dropped it */
	bool deleted_twice; /* its deletion was written again */
};

struct frrd_trk {
	struct frrd_tracks_item item;
	char name[FRRD_NAME_SIZE];

	/* configuration */
	char *description; /* MTYPE_TMP, or NULL */
	struct frrd_probe_use use;
	struct frrd_nexthop nexthop;
	uint32_t metric;
	struct frrd_track_prefixes_head prefixes;
	bool removed; /* deleted from the configuration, waits for its routes to go */

	/* run time */
	bool touched;
	enum frrd_health state;
	int64_t since_ms; /* monotonic time of the last change of state */
	uint64_t changes;
	struct frrd_route_params params; /* of the routes that are in zebra */
};

extern void frrd_probe_init(void);

/* Frees every probe and track. Zebra is told nothing: for the end of the process. */
extern void frrd_probe_fini(void);

/* --- for the northbound ------------------------------------------------------- */

/* Lookup; NULL when there is none. frrd_track_find skips removed tracks. */
extern struct frrd_probe *frrd_probe_find(const char *name);
extern struct frrd_trk *frrd_track_find(const char *name);

/* Create with the defaults of the model, and delete. They touch what has to be touched. */
extern struct frrd_probe *frrd_probe_add(const char *name);
extern void frrd_probe_del(struct frrd_probe *probe);
extern struct frrd_trk *frrd_track_add(const char *name);
extern void frrd_track_del(struct frrd_trk *track);

/* Delete every probe and track (the top container was deleted). */
extern void frrd_probe_reset(void);

/*
 * What kind of probe it is.  When it changes, what belongs to kinds (host, url,
 * bfd ... , not interval and the like) is put back to its defaults.  So a callback of
 * a leaf within `http` calls it with FRRD_PROBE_HTTP before it writes; a callback
 * that takes a target away calls frrd_probe_clear_kind(), which does nothing when the
 * probe is of another kind by now: the order of callbacks does not matter.
 */
extern void frrd_probe_set_kind(struct frrd_probe *probe, enum frrd_probe_kind kind);
extern void frrd_probe_clear_kind(struct frrd_probe *probe, enum frrd_probe_kind kind);

/* Something in the configuration part was written. */
extern void frrd_probe_touch(struct frrd_probe *probe);
extern void frrd_track_touch(struct frrd_trk *track);

/* Probes of a member (then frrd_engine_touch) or of a track (frrd_track_touch). */
extern struct frrd_probe_ref *frrd_probe_use_find(struct frrd_probe_use *use, const char *name);
extern struct frrd_probe_ref *frrd_probe_use_add(struct frrd_probe_use *use, const char *name);
extern void frrd_probe_use_del(struct frrd_probe_use *use, const char *name);
extern void frrd_probe_use_clear(struct frrd_probe_use *use);

/* Prefixes of a track; adding one that is there does nothing. */
extern void frrd_track_prefix_add(struct frrd_trk *track, const struct prefix *p);
extern void frrd_track_prefix_del(struct frrd_trk *track, const struct prefix *p);

/* --- for the engine ----------------------------------------------------------- */

/* The transaction is through: start, change and stop what was touched. */
extern void frrd_probe_apply(void);

/* "icmp", "tcp" and so on; "none" before there is one. A static string. */
extern const char *frrd_probe_kind_name(enum frrd_probe_kind kind);

/* What the probe is aimed at, for people: "192.0.2.1 port 80". */
extern void frrd_probe_target(const struct frrd_probe *probe, char *buf, size_t size);

static inline int frrd_probe_cmp(const struct frrd_probe *a, const struct frrd_probe *b)
{
	return strcmp(a->name, b->name);
}
DECLARE_RBTREE_UNIQ(frrd_probes, struct frrd_probe, item, frrd_probe_cmp);

static inline int frrd_probe_ref_cmp(const struct frrd_probe_ref *a, const struct frrd_probe_ref *b)
{
	return strcmp(a->name, b->name);
}
DECLARE_RBTREE_UNIQ(frrd_probe_refs, struct frrd_probe_ref, item, frrd_probe_ref_cmp);

static inline int frrd_track_prefix_cmp(const struct frrd_track_prefix *a,
					const struct frrd_track_prefix *b)
{
	return prefix_cmp(&a->prefix, &b->prefix);
}
DECLARE_RBTREE_UNIQ(frrd_track_prefixes, struct frrd_track_prefix, item, frrd_track_prefix_cmp);

static inline int frrd_track_cmp(const struct frrd_trk *a, const struct frrd_trk *b)
{
	return strcmp(a->name, b->name);
}
DECLARE_RBTREE_UNIQ(frrd_tracks, struct frrd_trk, item, frrd_track_cmp);

#endif
