/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Convergence: when this site's routes to a group followed the group's last move.
 *
 * Every site looks at it, members or not.  A few prefixes of each group and
 * address family are followed by nexthop tracking.  A standby member has them
 * tracked already (frrd_watch.h), and its answers are used; elsewhere they are
 * registered here, few of them, for a tracked prefix that resolves to nothing
 * costs zebra time with each route.  An owner records instead when zebra had
 * installed its routes.
 *
 * With address change what the members announce in the place of one prefix is
 * followed together: the prefix has a route as long as one of these has.
 *
 * A move begins with the first thing that is seen of it: the claim of another
 * site, a route that is lost or points elsewhere, or the own decision.  It ends
 * when nothing has changed for FRRD_CONVERGENCE_QUIET_MS and every route is there.
 */
#ifndef FRRD_CONVERGENCE_H
#define FRRD_CONVERGENCE_H

#include <sys/time.h>

#include "prefix.h"

#include "frrd/core/types.h"

struct event;
struct frrd_grp;
struct json_object;
struct zapi_route;

#define FRRD_CONVERGENCE_PER_FAMILY 4
#define FRRD_CONVERGENCE_PREFIXES (2 * FRRD_CONVERGENCE_PER_FAMILY)
#define FRRD_CONVERGENCE_TOTAL 256 /* prefixes registered for all groups */
#define FRRD_CONVERGENCE_QUIET_MS 2000

enum frrd_path_state {
	FRRD_PATH_UNKNOWN, /* zebra has not answered yet */
	FRRD_PATH_ABSENT,  /* no route for exactly this prefix */
	FRRD_PATH_PRESENT,
};

/* One followed prefix, as it is now. */
struct frrd_path {
	struct prefix prefix;
	struct prefix original; /* of the group; with address change not the same */
	bool here;		/* this site announces it as the owner */
	enum frrd_path_state state;
	bool after_own; /* UNKNOWN because this site has just withdrawn it */
	uint32_t signature; /* of the selected route and its next-hops */
	char via[64];	    /* the first of these in words */
};

/* What a move did to a prefix. Times are monotonic microseconds, 0: did not happen. */
struct frrd_path_seen {
	uint32_t changes;   /* losses, returns and changes of the next-hops */
	int64_t lost_us;    /* first loss */
	int64_t back_us;    /* last return after a loss */
	int64_t changed_us; /* last change of any kind */
	int64_t gap_us;	    /* without a route, all losses together */
	int64_t absent_since_us; /* it is lost now; 0: it is not */
};

struct frrd_move_seen {
	uint32_t number; /* counts up; 0: no move was seen yet */
	bool open;	 /* still going on */
	uint8_t from, to;     /* site ids; 0: nobody, or not known */
	struct timeval began_wall;
	int64_t began_us;
	int64_t claim_us;     /* the claim of `to` was seen; 0: it was not, or it is this site */
	int64_t announced_us; /* `to` is this site: first route written to zebra */
	int64_t installed_us; /* `to` is this site: zebra had installed all routes */
	int64_t withdrawn_us; /* `from` is this site: zebra had removed all routes */
	int64_t last_us;      /* the last change of anything */
	struct frrd_path_seen paths[FRRD_CONVERGENCE_PREFIXES];
};

/* Belongs to a group; made by frrd_convergence_apply(). */
struct frrd_convergence {
	struct frrd_path paths[FRRD_CONVERGENCE_PREFIXES];
	size_t count;
	bool registered;  /* by this file, not by frrd_watch */
	bool announcing;  /* this site announces the group, or still withdraws it */
	uint16_t claims;  /* sites that claim the group, this one included */
	uint8_t owner;	  /* the one that did when it was one; 0: none or not known */
	struct frrd_move_seen move;   /* the last one */
	struct frrd_move_seen before; /* the one before that */
	struct event *t_quiet;
};

/* The longest gap of any prefix in the move, up to now_us when one is lost still. */
extern int64_t frrd_move_gap_us(const struct frrd_convergence *convergence, int64_t now_us);

/* The group's configuration changed. */
extern void frrd_convergence_apply(struct frrd_grp *grp);

/* After every step of the group: who owns it, is it announced here? */
extern void frrd_convergence_follow(struct frrd_grp *grp);

/* zebra's answer; `match` is the tracked prefix, `nhr` what it resolved to. */
extern void frrd_convergence_answer(const struct prefix *match, const struct zapi_route *nhr);

/* zebra came up (register again) or went away (nothing is known). */
extern void frrd_convergence_zebra_up(void);
extern void frrd_convergence_zebra_down(void);

/* The group is freed; the process ends. */
extern void frrd_convergence_drop(struct frrd_grp *grp);
extern void frrd_convergence_fini(void);

/* The last move as the journal has it; the caller frees the object. */
extern struct json_object *frrd_convergence_json(const struct frrd_convergence *convergence);

/* `show subnet-mover convergence`, in frrd_convergence_vty.c. */
extern void frrd_convergence_vty_init(void);

#endif
