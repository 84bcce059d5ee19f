/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The simulator: N sites with the real engine on a virtual clock.
 *
 * A world is made from a setup (what is configured, how slow the network is) and
 * a plan (what goes wrong and what operators do, and when).  Setup, plan and seed
 * determine everything that happens.  No draw depends on what was drawn before,
 * only on who draws and when, so that a plan with one fault less is still much
 * the same run; that is what makes shrinking work.
 *
 * What is modelled, and what not, is told in README.md.
 */
#ifndef FRRD_TESTS_SIM_H
#define FRRD_TESTS_SIM_H

#include <inttypes.h>
#include <stdio.h>

#include "frrd/core/group_fsm.h"
#include "frrd/core/invariants.h"
#include "frrd/core/markers.h"
#include "frrd/core/reason.h"
#include "frrd/core/steps.h"

#define SIM_SITES (FRRD_SITE_MAX + 1) /* by site id, 1.. */
#define SIM_GROUPS 4
#define SIM_PREFIXES 2
#define SIM_OPS 96
#define SIM_WITHDRAW_TIMEOUT_MS 10000
#define SIM_BIT(id) FRRD_SITE_BIT(id)

/* --- items: what a site can announce ------------------------------------------------ */

#define SIM_ITEM_BEACON 0
#define SIM_PER_GROUP (2 + 2 * SIM_SITES + SIM_PREFIXES)
#define SIM_ITEMS (1 + SIM_GROUPS * SIM_PER_GROUP)

static inline int sim_item_group(int item)
{
	return item == SIM_ITEM_BEACON ? -1 : (item - 1) / SIM_PER_GROUP;
}
static inline int sim_item_claim(int group)
{
	return 1 + group * SIM_PER_GROUP;
}
static inline int sim_item_ready(int group)
{
	return sim_item_claim(group) + 1;
}
static inline int sim_item_request(int group, int site)
{
	return sim_item_claim(group) + 2 + site;
}
static inline int sim_item_grant(int group, int site)
{
	return sim_item_claim(group) + 2 + SIM_SITES + site;
}
static inline int sim_item_prefix(int group, int prefix)
{
	return sim_item_claim(group) + 2 + 2 * SIM_SITES + prefix;
}

/* The prefixes are the last of a group's items. */
static inline bool sim_is_prefix(int item)
{
	return item != SIM_ITEM_BEACON &&
	       item >= sim_item_prefix(sim_item_group(item), 0);
}

/* --- setup -------------------------------------------------------------------------- */

/* A range to draw from, both ends included. */
struct sim_range {
	int lo, hi;
};

/* The configuration of a group as it is at one site. */
struct sim_conf {
	uint16_t members;
	uint16_t maintenance;
	uint8_t rank[SIM_SITES];
	bool auto_failover, failback, make_before_break, withdraw_alone;
	bool announce_first;
	uint16_t unattachable; /* sites where the kernel refuses for ever */
};

enum sim_topology {
	SIM_MESH,
	SIM_STAR, /* the last site is in the middle */
	SIM_RING,
};

struct sim_setup {
	uint64_t seed;
	enum sim_topology topology;
	int sites, groups, prefixes;
	uint16_t voters; /* sites that vote */
	uint16_t plain;	 /* witnesses without frrd: a beacon and nothing else */
	struct sim_conf conf[SIM_GROUPS];

	/* The network and the routers. */
	struct sim_range way;	    /* a change's way from zebra to another site's zebra */
	struct sim_range detect;    /* silent loss of connectivity */
	struct sim_range reconnect; /* BGP session comes back */
	struct sim_range zebra;	    /* zebra carries out an order */
	bool detour;	       /* a lost site stays known for a `way` through another one */
	bool flush;	       /* bgpd drops redistributed routes when zebra dies */
	int permille_stale;    /* snapshots that are posted one pass late */
	int permille_twice;    /* snapshots that are posted twice */
	int permille_fail;     /* routes that zebra does not install at first */

	/* What lies between actions and routes; a range that ends at 0: there is nothing. */
	struct sim_range pre_announce, pre_withdraw, post; /* programs take so long */
	int program_limit;	  /* time limit of programs ... */
	int permille_slow;	  /* ... that run into it */
	int permille_abort;	  /* pre-announce that forbids the takeover */
	struct sim_range attach;  /* the kernel attaches */
	int permille_attach_fail; /* and refuses at first */

	/* The configuration that is the same everywhere, as in frrd_policy. */
	int takeover_delay, stagger, fence_delay, settle_time, hold_down;
	int stale_retention, handover_timeout, wait_to_restore;
	int damping_window, damping_max_moves;

	int64_t end; /* of the plan: everything is healed then */
	bool liveness; /* ask for one owner after it */
};

/* --- plan --------------------------------------------------------------------------- */

enum sim_op_type {
	SIM_OP_CUT,	/* link a-b */
	SIM_OP_HEAL,	/* link a-b */
	SIM_OP_ISOLATE, /* all links of a */
	SIM_OP_JOIN,	/* all links of a */
	SIM_OP_KILL,	/* frrd of a dies */
	SIM_OP_START,	/* frrd of a */
	SIM_OP_STOP,	/* frrd of a: SIGSTOP */
	SIM_OP_CONT,	/* frrd of a: SIGCONT */
	SIM_OP_SHUTDOWN, /* frrd of a ends in good order */
	SIM_OP_SESSION, /* a's session between frrd and zebra breaks */
	SIM_OP_ZEBRA,	/* zebra of a dies and is back after arg */
	SIM_OP_BGPD,	/* bgpd of a dies and is back after arg */
	SIM_OP_DIE,	/* the whole site a */
	SIM_OP_RETURN,
	SIM_OP_FREEZE, /* the whole site a stands still */
	SIM_OP_THAW,
	SIM_OP_HEALTH,	 /* site a, group, arg: healthy */
	SIM_OP_ATTACHABLE, /* site a, group, arg: the kernel attaches */
	SIM_OP_ALLOW,	 /* site a, group, arg: programs of pre-announce allow the takeover */
	SIM_OP_FAILOVER, /* command at a, group; arg: force */
	SIM_OP_FAILOVER_TO, /* command at a, group, b */
	SIM_OP_SWITCHOVER,  /* command at a, group, b */
	SIM_OP_RELEASE,	    /* command at a, group */
	SIM_OP_HOLD,
	SIM_OP_RESUME,
	SIM_OP_MAINTENANCE, /* of site a, everywhere; arg: yes */
	SIM_OP_FAILBACK,    /* group, arg: automatic */
	SIM_OP_MBB,	    /* group, arg: make-before-break */
	SIM_OP_AUTO,	    /* group, arg: auto-failover */
	SIM_OP_SWAP,	    /* group: ranks of a and b change places */
	SIM_OP_MEMBER,	    /* site a, group, arg: member */
	SIM_OP_OWNER,	    /* expectation: a (0: nobody) owns the group */
	SIM_OP_COUNT,
};

struct sim_op {
	int64_t at;
	enum sim_op_type type;
	int a, b, group;
	int64_t arg;
};

struct sim_plan {
	int count;
	struct sim_op ops[SIM_OPS];
};

/* --- the world ---------------------------------------------------------------------- */

enum sim_event_type {
	SIM_EV_OP,	  /* c: index into the plan */
	SIM_EV_END,	  /* value: what is healed, see enum sim_heal */
	SIM_EV_KEPT,	  /* where an unhealthy owner is kept, somebody announces */
	SIM_EV_LIVE,	  /* one owner from now on */
	SIM_EV_FINISH,
	SIM_EV_ITEM,	  /* observer a learns of origin b: item c is `value` */
	SIM_EV_LINK,	  /* a's bgpd loses (value 0) or gains its neighbour b */
	SIM_EV_ORDER,	  /* zebra of a carries out the order for item c */
	SIM_EV_NOTE,	  /* frrd of a hears what became of it */
	SIM_EV_PASS,	  /* frrd of a posts its snapshots */
	SIM_EV_TICK,	  /* site a, group b */
	SIM_EV_CONNECT,	  /* frrd of a finds zebra */
	SIM_EV_ANSWERED,  /* zebra of a has answered for all markers */
	SIM_EV_TRACKED,	  /* and for the prefixes of group b */
	SIM_EV_EXPIRE,	  /* zebra of a drops what a dead frrd left */
	SIM_EV_START,	  /* a's value: 0 frrd, 1 zebra, 2 bgpd */
	SIM_EV_SYNCED,	  /* bgpd of a has told its routes to zebra */
	SIM_EV_SAVE,	  /* state file of a, group b */
	SIM_EV_RETRY,	  /* frrd of a tries failed routes again */
	SIM_EV_CONFIG,	  /* site a commits what op c says */
	SIM_EV_STEP,	  /* a timer of a move: site a, group b, value: which */
	SIM_EV_EXIT,	  /* frrd of a does not wait any longer for what it is to end with */
	SIM_EV_CONTINUE,  /* frrd of a runs what waited while it was stopped */
};

struct sim_event {
	int64_t at;
	uint32_t tie; /* order of events of one millisecond */
	uint32_t seq;
	uint32_t version;
	uint8_t type, a, b, value;
	uint16_t c;
};

enum sim_process { SIM_DEAD, SIM_RUNNING, SIM_STOPPED };

/* An item at its origin. */
struct sim_item {
	bool wanted;	/* by frrd */
	bool written;	/* by frrd, in this session */
	bool in_zebra;
	bool stale;	/* left by an earlier session */
	bool exported;	/* bgpd announces it */
	bool pending;	/* ordered, and zebra has not answered */
	bool failed;	/* the answer was no */
	uint32_t version;  /* of the last order */
	uint32_t last_add; /* of the last order to add it */
	uint32_t done;	  /* the last order that was carried out */
};

/* What an observer knows of an origin's item. */
struct sim_seen {
	bool seen;
	bool coming; /* what it will be when nothing else happens */
	uint16_t version, done;
};

/* One end of a link. */
struct sim_link {
	bool up;      /* the wire */
	bool works;   /* and the routers at both ends */
	bool session; /* this end believes so */
	bool lost, gained; /* by the change in progress */
	uint16_t last; /* sites that the other end knew when the link was lost */
	uint32_t version;
	int64_t down_at; /* this end will notice; FRRD_NEVER: nothing to notice */
};

struct sim_pair {
	bool flow;    /* the observer hears of changes */
	bool session; /* it believes what it has heard */
};

struct sim_grant {
	uint8_t to;
	bool up;
	bool make_before_break; /* until the owner lets go */
	bool overlap;		/* the same, for as long as it is remembered */
	bool forced; /* what is handed over was taken by force */
	int64_t since, until;
};

/* Timers of a move. */
enum sim_timer {
	SIM_TIMER_PROGRAMS, /* they end */
	SIM_TIMER_LIMIT,    /* the step does not wait any longer */
	SIM_TIMER_KERNEL,   /* it is done, or is asked again */
	SIM_TIMERS,
};

enum sim_attach_want { SIM_ATTACH_LEAVE, SIM_ATTACH_OFF, SIM_ATTACH_ON };

/* What a group attaches at a site. */
struct sim_attach {
	enum sim_attach_want want;
	bool there;	/* in the kernel */
	bool job;	/* the kernel is asked ... */
	bool attaching; /* ... to attach, else to detach */
	bool failed;	/* it refused, and is asked again */
	int retry;
};

/* A group at a site: what frrd holds, and what the checks remember. */
struct sim_grp {
	struct frrd_group fsm;
	struct frrd_policy policy;
	struct frrd_markers markers;
	struct frrd_sequence seq;
	struct sim_attach attach;
	struct {
		int64_t at; /* FRRD_NEVER: not set */
		uint32_t version;
	} timers[SIM_TIMERS];
	struct frrd_kept kept;	/* what the file holds */
	bool kept_valid, save_pending;
	bool routes_dirty, view_dirty, elsewhere_dirty;
	bool tracked;	/* answered for every prefix */
	bool tracking;	/* on in the present state */
	uint32_t tracking_version;
	int64_t tick_at; /* the TICK that is under way; FRRD_NEVER: none */
	uint32_t tick_version;
	bool view_late;	/* a snapshot was taken and not posted */
	struct frrd_view late_view;
	struct frrd_view posted;

	/* checks */
	bool open;	  /* announce window */
	int64_t open_since;
	int64_t complete_at; /* when it had every route last */
	int64_t rival_at;    /* when it saw a claim last that it had not granted */
	uint32_t opened_by;  /* the process that opened it last; 0: never opened */
	bool unheard;	  /* its claim rose when nobody could hear it, or by other ranks */
	bool blind;	  /* the same, of the claim behind this window */
	bool forced;	  /* opened by force */
	bool was_forced;  /* the window before; what is granted then is from it */
	bool waived;	  /* and without quorum: no fence until there is one */
	int64_t quorum_since; /* as posted, FRRD_NEVER: none */
	struct sim_grant grant;
	bool attached;		/* as `open`, of the attachments */
	bool was_attached;	/* one event before */
	int64_t attached_since;
	int64_t released_at;	/* when its routes were taken back last */
	int64_t claim_since;	/* when its claim went up last */
	int64_t idle_since;	/* attached, and nothing of a move; FRRD_NEVER: no */
};

struct sim_site {
	enum sim_process process;
	uint32_t process_version;
	bool alive;  /* the whole site */
	bool frozen; /* it stands still */
	bool zebra, bgpd, synced;
	uint32_t zebra_version, session_version;
	bool connected; /* frrd to zebra */
	bool told_up;	/* and the engine knows */
	bool answered;	/* zebra has answered for every marker */
	bool pass_pending;
	bool resumed_told;
	bool shutting_down;
	int64_t stopped_at;
	int64_t config_at; /* the last commit that is under way */
	uint16_t unhealthy; /* bit by group */
	uint16_t unattachable, forbidding; /* the same */
	struct sim_conf conf[SIM_GROUPS];
	struct sim_item items[SIM_ITEMS];
	struct sim_grp grps[SIM_GROUPS];

	/* checks */
	bool impaired;		/* frrd cannot withdraw: dead, stopped, without zebra */
	bool impaired_lost;	/* and without its majority meanwhile */
	int64_t excused_until;	/* or FRRD_NEVER while impaired */
	int64_t able_since;	/* frrd runs and has zebra since then */
	int64_t lost_since;	/* no quorum as zebra shows it; FRRD_NEVER: quorum */
};

/* Systematic choice in the place of chance; see sim_explore.c. */
#define SIM_CHOICES 128
struct sim_choices {
	int64_t from;  /* choices begin then */
	bool longest;  /* what is not decided takes the longest time, not the shortest */
	int count;     /* places met */
	int given;     /* places decided */
	uint8_t decision[SIM_CHOICES]; /* of the given ones: 1 is the other way */
};

enum sim_verdict { SIM_OK, SIM_STEP, SIM_TWO_OWNERS, SIM_NO_QUORUM, SIM_RULE1, SIM_RULE6,
		   SIM_LIVENESS, SIM_GAP, SIM_EXPECT, SIM_ATTACHED };

struct sim_world {
	const struct sim_setup *setup;
	const struct sim_plan *plan;
	struct sim_choices *choices;
	FILE *trace;
	int64_t now;
	uint32_t seq;
	int heap_count, heap_size;
	struct sim_event *heap;
	struct sim_link links[SIM_SITES][SIM_SITES];
	int64_t lost_at; /* when links were cut last */
	struct sim_pair pairs[SIM_SITES][SIM_SITES];
	struct sim_site sites[SIM_SITES];
	bool live;	   /* from now on one owner and no moves */
	uint16_t check_groups; /* whose windows may have changed */
	uint64_t events;
	int at_once; /* events since the time went on */
	enum sim_verdict verdict;
	int64_t failed_at;
	char text[256];
	/* The last, for it is large; see begin(). */
	struct sim_seen seen[SIM_SITES][SIM_SITES][SIM_ITEMS];
};

/* Why `who` draws: part of the key, so that draws are independent. */
enum sim_draw {
	SIM_DRAW_WAY = 1,
	SIM_DRAW_DETECT,
	SIM_DRAW_DETOUR,
	SIM_DRAW_RECONNECT,
	SIM_DRAW_ZEBRA,
	SIM_DRAW_NOTE,
	SIM_DRAW_PASS,
	SIM_DRAW_STALE,
	SIM_DRAW_TWICE,
	SIM_DRAW_FAIL,
	SIM_DRAW_TICK,
	SIM_DRAW_CONNECT,
	SIM_DRAW_ANSWER,
	SIM_DRAW_TRACK,
	SIM_DRAW_SAVE,
	SIM_DRAW_SYNC,
	SIM_DRAW_SKEW,
	SIM_DRAW_TIE,
	SIM_DRAW_LOST,
	SIM_DRAW_CONTINUE,
	SIM_DRAW_DEATH,
	SIM_DRAW_ATTACH,
	SIM_DRAW_PROGRAM,
	SIM_DRAW_SLOW,
	SIM_DRAW_ABORT,
};

/* sim_rand.c */
uint64_t sim_mix(uint64_t a, uint64_t b);
int sim_draw(struct sim_world *w, enum sim_draw why, int a, int b, int c, struct sim_range range);
bool sim_chance(struct sim_world *w, enum sim_draw why, int a, int b, int c, int permille);
struct sim_rng {
	uint64_t state;
};
uint64_t sim_next(struct sim_rng *rng);
int sim_pick(struct sim_rng *rng, int lo, int hi);
bool sim_one_in(struct sim_rng *rng, int n);

/* sim_queue.c */
void sim_post(struct sim_world *w, int64_t at, struct sim_event event);
bool sim_take(struct sim_world *w, struct sim_event *ret_event);

/* sim_net.c */
void sim_net_init(struct sim_world *w);
bool sim_net_has_link(const struct sim_setup *setup, int a, int b);
void sim_net_changed(struct sim_world *w, bool silent);
void sim_net_export(struct sim_world *w, int site, int item, bool exported);
void sim_net_item(struct sim_world *w, const struct sim_event *event);
void sim_net_link(struct sim_world *w, const struct sim_event *event);
void sim_net_thaw(struct sim_world *w, int site);
void sim_net_forget(struct sim_world *w, int site);
bool sim_sees(const struct sim_world *w, int observer, int origin, int item);

/* sim_site.c: zebra, bgpd, whole sites */
void sim_site_order(struct sim_world *w, int site, int item, bool add);
void sim_site_order_done(struct sim_world *w, const struct sim_event *event);
void sim_site_zebra(struct sim_world *w, int site, bool up);
void sim_site_bgpd(struct sim_world *w, int site, bool up);
void sim_site_alive(struct sim_world *w, int site, bool up);
void sim_site_frozen(struct sim_world *w, int site, bool frozen);
void sim_site_session_lost(struct sim_world *w, int site);
void sim_site_drop_stale(struct sim_world *w, int site);
void sim_site_synced(struct sim_world *w, int site);

/* sim_frrd.c: the daemon around the engine */
void sim_frrd_policy(struct sim_world *w, int site, int group);
void sim_frrd_pass_soon(struct sim_world *w, int site, int delay);
void sim_frrd_follow_deadline(struct sim_world *w, int site, int group);
void sim_frrd_post_type(struct sim_world *w, int site, int group, enum frrd_event_type type);
void sim_frrd_start(struct sim_world *w, int site, bool kept);
void sim_frrd_die(struct sim_world *w, int site);
void sim_frrd_stop(struct sim_world *w, int site, bool stop);
void sim_frrd_connect(struct sim_world *w, int site);
void sim_frrd_connect_soon(struct sim_world *w, int site);
void sim_frrd_disconnected(struct sim_world *w, int site);
void sim_frrd_answered(struct sim_world *w, int site);
void sim_frrd_tracked(struct sim_world *w, const struct sim_event *event);
void sim_frrd_note(struct sim_world *w, const struct sim_event *event);
void sim_frrd_view_changed(struct sim_world *w, int site, int item);
void sim_frrd_pass(struct sim_world *w, int site);
void sim_frrd_tick(struct sim_world *w, const struct sim_event *event);
void sim_frrd_retry(struct sim_world *w, int site);
void sim_frrd_save(struct sim_world *w, int site, int group);
void sim_frrd_config(struct sim_world *w, int site, int group);
void sim_frrd_continue(struct sim_world *w, int site);
void sim_frrd_exit(struct sim_world *w, int site);
void sim_frrd_shutdown(struct sim_world *w, int site);
void sim_frrd_post(struct sim_world *w, int site, int group, struct frrd_event *event);
void sim_frrd_command(struct sim_world *w, int site, int group, struct frrd_event *event);
void sim_frrd_order_routes(struct sim_world *w, int site, int group, bool add);
void sim_frrd_save_soon(struct sim_world *w, int site, int group);
struct frrd_routes sim_frrd_routes(const struct sim_world *w, int site, int group);
bool sim_frrd_runs(const struct sim_world *w, int site);

/* sim_sequence.c: programs and attachments */
void sim_sequence_announce(struct sim_world *w, int site, int group, enum frrd_reason reason);
void sim_sequence_withdraw(struct sim_world *w, int site, int group, enum frrd_reason reason);
void sim_sequence_go_on(struct sim_world *w, int site, int group);
void sim_sequence_follow(struct sim_world *w, int site, int group);
struct frrd_routes sim_sequence_snapshot(const struct sim_world *w, int site, int group);
void sim_sequence_event(struct sim_world *w, const struct sim_event *event);
void sim_sequence_overdue(struct sim_world *w, int site);
void sim_sequence_forget(struct sim_world *w, int site, int group);
void sim_sequence_apply(struct sim_world *w, int site, int group);
void sim_sequence_detach_all(struct sim_world *w, int site);
void sim_sequence_attachable(struct sim_world *w, int site, int group, bool yes);
int64_t sim_sequence_longest(const struct sim_setup *setup);

/* sim_ops.c */
void sim_op_apply(struct sim_world *w, int index);
void sim_op_commit(struct sim_world *w, int site, int index);
/* In this order: what is broken, what is unhealthy or refuses, what an operator forbade. */
enum sim_heal { SIM_HEAL_FAULTS, SIM_HEAL_HEALTH, SIM_HEAL_COMMANDS };
void sim_op_heal_all(struct sim_world *w, enum sim_heal what);
void sim_op_words(const struct sim_op *op, char *buf, size_t size);
bool sim_op_parse(char *words, struct sim_op *ret_op);

/* sim_check.c */
void sim_fail(struct sim_world *w, enum sim_verdict verdict, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void sim_check_step(struct sim_world *w, int site, int group, const struct frrd_group *before,
		    const struct frrd_event *event, const struct frrd_actions *actions);
void sim_check_markers(struct sim_world *w, int site, int group,
		       const struct frrd_markers *markers);
void sim_check_view(struct sim_world *w, int site, int group);
void sim_check_impaired(struct sim_world *w);
void sim_check_all(struct sim_world *w);
void sim_check_kept(struct sim_world *w);
void sim_check_live(struct sim_world *w);
void sim_check_owner(struct sim_world *w, int group, int owner);
bool sim_has_majority(const struct sim_world *w, uint16_t others, int site);
bool sim_may_overlap(const struct sim_world *w, int older, int newer, int group);
const char *sim_verdict_name(enum sim_verdict verdict);

/* sim_check_attach.c */
void sim_check_attached(struct sim_world *w);

/* sim_world.c */
struct sim_world *sim_world_new(void);
void sim_world_free(struct sim_world *w);
void sim_run(struct sim_world *w, const struct sim_setup *setup, const struct sim_plan *plan,
	     struct sim_choices *choices, FILE *trace);
int64_t sim_live_bound(const struct sim_setup *setup);
void sim_trace(struct sim_world *w, int site, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* sim_random.c */
bool sim_random(uint64_t seed, const char *profile, struct sim_setup *ret_setup,
		struct sim_plan *ret_plan);

/* sim_scenario.c */
bool sim_scenario_load(const char *path, struct sim_setup *ret_setup, struct sim_plan *ret_plan);
bool sim_scenario_save(const char *path, const struct sim_setup *setup,
		       const struct sim_plan *plan, const char *comment);
void sim_setup_usual(struct sim_setup *ret_setup);

/* sim_shrink.c */
void sim_shrink(struct sim_world *w, struct sim_setup *setup, struct sim_plan *plan);

/* sim_explore.c */
bool sim_explore(struct sim_world *w, const char *which, int depth, bool verbose,
		 uint64_t *ret_runs, uint64_t *ret_failed);

#endif
