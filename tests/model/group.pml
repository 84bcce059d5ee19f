/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Promela model of the protocol of doc/protocol.md: one group, three sites.
 * tests/model/run checks it with spin; tests/model/README.md says which part
 * stands for which rule, and what the model leaves out.
 *
 * Compile-time switches:
 *   MEMBERS=n     sites 1..n are members of the group, by rank; the others are
 *                 witnesses (2 or 3 members)
 *   OWNED         begins with site 1 as owner, instead of with a start of all
 *   MBB           handovers are make-before-break
 *   FAILBACK      the owner gives back to a better rank
 *   WITHDRAW      an unhealthy owner without a successor withdraws
 *   LINKS, CRASHES, KILLS, ILLS, FAILS, ORDERS, EARLY, FORCES = n
 *                 how many links are cut, routers die, frrd are killed, members
 *                 fall ill, successors get no route out, orders are given, timers
 *                 run out early, orders are forced; all of them at any moment
 *   WRONG_xxx     leaves a part of a rule out, to see that it is missed
 */

#ifndef MEMBERS
#define MEMBERS 2
#endif
#ifndef LINKS
#define LINKS 0
#endif
#ifndef CRASHES
#define CRASHES 0
#endif
#ifndef KILLS
#define KILLS 0
#endif
#ifndef ILLS
#define ILLS 0
#endif
#ifndef FAILS
#define FAILS 0
#endif
#ifndef ORDERS
#define ORDERS 0
#endif
#ifndef EARLY
#define EARLY 0
#endif
#ifndef FORCES
#define FORCES 0
#endif

#include "facts.pml"
#include "site.pml"

/* A third site without a member: it votes, and asks on behalf of an operator. */
proctype Witness(byte s)
{
end:	do
	:: d_step { request_for[s] ->
		request_for[s] = 0;
		mark[s] = BEACON }
	od
}

/* Rule 4: what was followed is news again when it has been gone. */
inline forget(o) {
	ignored_requests[o] = ignored_requests[o] & all_requests(o);
	came[o] = came[o] || (sees(o, grant_to[o]) & CLAIM);
	used[o] = used[o] && granted_me(o)
}

/* Markers take their time: site o sees the change of site s at any moment later. */
proctype Network(byte o)
{
end:	do
	:: d_step { st[o] != DOWN && va(o) != now_at(o, a_of(o)) ->
		va(o) = now_at(o, a_of(o));
		forget(o) }
	:: d_step { st[o] != DOWN && vb(o) != now_at(o, b_of(o)) ->
		vb(o) = now_at(o, b_of(o));
		forget(o) }
	od
}

/* The last timer: handover-timeout, when nothing else can happen any more. */
proctype Patience(byte s)
{
end:	do
	:: d_step { timeout && (st[s] == REQUESTING || st[s] == CLAIMING) -> rest(s) }
#ifndef WRONG_4_NO_TAKE_BACK
	:: d_step { timeout && (st[s] == DRAINING || st[s] == RELEASED) -> take_back(s) }
#endif
	:: d_step { early && (st[s] == REQUESTING || st[s] == CLAIMING) ->
		early--;
		rest(s) }
	:: d_step { early && (st[s] == DRAINING || st[s] == RELEASED) ->
		early--;
		take_back(s) }
	/* A proxy gives up, or has seen what it wanted. */
	:: d_step { st[s] == REQUESTING && request_for[s] != s -> rest(s) }
	od
}

inline wipe(s) {
	routes[s] = 0;
	mark[s] = 0;
	request_for[s] = 0;
	grant_to[s] = 0;
	granted_to[s] = 0;
	asked[s] = 0;
	came[s] = 0;
	waived[s] = 0;
	granter[s] = 0;
	reclaims[s] = 0;
	used[s] = 0;
	ignored_requests[s] = 0
}

/* Rule 6: a frrd that comes back while zebra still has everything. */
#if defined(WRONG_6_RESUME)
#define may_resume(s) (routes[s])
#elif defined(WRONG_6_FORGETS_GRANT)
#define may_resume(s) (routes[s] && (mark[s] & CLAIM) && quorum(s) && free(s))
#else
#define may_resume(s) (routes[s] && (mark[s] & CLAIM) && !grant_in(mark[s]) && quorum(s) && free(s))
#endif

/* Faults and repairs, until it is over: then the world stays as it is. */
bit over;
#ifdef LIVE
#define more (!over)
#else
#define more true
#endif

proctype Life(byte s)
{
end:	do
	:: d_step { more && crashes && st[s] != DOWN ->
		crashes--;
		wipe(s);
		va(s) = 0;
		vb(s) = 0;
		st[s] = DOWN }
	:: d_step { more && st[s] == DOWN ->
		st[s] = (member(s) -> FENCED : STANDBY);
		publish(s) }
	:: d_step { more && kills && member(s) && st[s] > DEAD ->
		kills--;
		st[s] = DEAD }
	/* zebra keeps routes and markers, then drops them together. */
	:: d_step { st[s] == DEAD && mark[s] -> wipe(s) }
	:: d_step { more && st[s] == DEAD && restarted_in_time(s) ->
		if
		:: may_resume(s) ->
			st[s] = ACTIVATING;
			granted_to[s] = 0
		:: else -> st[s] = (routes[s] -> RELEASING : FENCED)
		fi;
		grant_to[s] = 0;
		asked[s] = 0;
		came[s] = 0;
		waived[s] = 0;
		request_for[s] = 0;
		granter[s] = 0;
		reclaims[s] = 0;
		used[s] = 0;
		ignored_requests[s] = 0;
		publish(s) }
	:: d_step { more && ills && member(s) && !ill[s] ->
		ills--;
		ill[s] = 1 }
	:: d_step { more && ill[s] -> ill[s] = 0 }
	od
}

proctype Links()
{
end:	do
	:: d_step { more && links && !cut[0] -> links--; cut[0] = 1 }
	:: d_step { more && links && !cut[1] -> links--; cut[1] = 1 }
	:: d_step { more && links && !cut[2] -> links--; cut[2] = 1 }
	:: d_step { more && cut[0] -> cut[0] = 0 }
	:: d_step { more && cut[1] -> cut[1] = 0 }
	:: d_step { more && cut[2] -> cut[2] = 0 }
#ifdef LIVE
	:: d_step { !over -> over = 1 }
#endif
	od
}

/* Orders of operators. At the site itself, or at another one on its behalf. */
#define may_order(s, x) (x <= MEMBERS && x != s && can_grant(s) && is_ready(s, x))
#define may_ask(s, x) (x <= MEMBERS && st[s] == STANDBY && request_for[s] == 0 && \
	(x != s || eligible(s)) && (!member(s) || other_claims(s)))

inline order(s, x) {
	orders--;
	if
	:: st[s] == ACTIVE ->
		give_grant(s, x);
		asked[s] = 0
	:: else ->
		request_for[s] = x;
		if
		:: member(s) -> st[s] = REQUESTING
		:: else
		fi
	fi;
	publish(s)
}

proctype Operator(byte s)
{
end:	do
	:: d_step { more && orders && (may_order(s, 1) || may_ask(s, 1)) -> order(s, 1) }
	:: d_step { more && orders && (may_order(s, 2) || may_ask(s, 2)) -> order(s, 2) }
	:: d_step { more && orders && (may_order(s, 3) || may_ask(s, 3)) -> order(s, 3) }
	/* Rule 7: the word and a reason, at a site that sees no owner. */
	:: d_step { more && forces && member(s) && !ill[s] && !other_claims(s) &&
		    (st[s] == FENCED || st[s] == STANDBY || st[s] == REQUESTING || st[s] == CLAIMING) ->
		forces--;
		forced = 1;
		waived[s] = !quorum(s);
		request_for[s] = 0;
		become_owner(s) }
	od
}

init
{
	atomic {
		st[1] = FENCED;
		st[2] = FENCED;
		st[3] = (member(3) -> FENCED : STANDBY);
#ifdef OWNED
		st[1] = ACTIVE;
		routes[1] = 1;
		st[2] = STANDBY;
		st[3] = STANDBY;
		mark[1] = BEACON | CLAIM;
		mark[2] = BEACON | READY;
		mark[3] = (member(3) -> BEACON | READY : BEACON);
		sees(1, 2) = mark[2];
		sees(1, 3) = mark[3];
		sees(2, 1) = mark[1];
		sees(2, 3) = mark[3];
#if MEMBERS > 2
		sees(3, 1) = mark[1];
		sees(3, 2) = mark[2];
#endif
#else
		mark[1] = BEACON;
		mark[2] = BEACON;
		mark[3] = BEACON;
#endif
		run Site(1);
		run Site(2);
		run Network(1);
		run Network(2);
		run Patience(1);
		run Patience(2);
#if MEMBERS > 2
		run Site(3);
		run Network(3);
		run Patience(3);
#else
		run Witness(3);
#endif
#if CRASHES || KILLS || ILLS
		run Life(1);
		run Life(2);
		run Life(3);
#endif
#if LINKS || defined(LIVE)
		run Links();
#endif
#if ORDERS || FORCES
		run Operator(1);
		run Operator(2);
		run Operator(3)
#endif
	}
}
