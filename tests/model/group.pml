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
 *   LINKS, CRASHES, KILLS, ILLS, ORDERS, EARLY, FORCES = n
 *                 how many links are cut, routers die, frrd are killed, members
 *                 fall ill, orders are given, timers run out early, orders are
 *                 forced; all of them at any moment
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
#ifndef ORDERS
#define ORDERS 0
#endif
#ifndef EARLY
#define EARLY 0
#endif
#ifndef FORCES
#define FORCES 0
#endif

/* --- what is true ------------------------------------------------------------ */

/* States of a site. DOWN: its router is dead. DEAD: only its frrd is. RELEASED
 * is the second half of RELEASING: the routes are gone, claim and grant wait. FENCED
 * stands for "not settled" as well. */
#define DOWN 0
#define DEAD 1
#define FENCED 2
#define STANDBY 3
#define REQUESTING 4
#define CLAIMING 5
#define ACTIVATING 6
#define ACTIVE 7
#define DRAINING 8
#define RELEASING 9
#define RELEASED 10

byte st[4];	    /* by site id */
bit routes[4];	    /* the prefixes are in the routing */
bit ill[4];	    /* unhealthy */
bit waived[4];	    /* forced without quorum: no fence until there is one */
byte request_for[4];
byte grant_to[4];
byte granted_to[4]; /* until it is out of question that it claims */
bit asked[4];	    /* the grant answers a request */
bit used[4];	    /* the grant to it that stands was followed */
byte granter[4];	    /* who has granted it the group, for a while */
byte ignored_requests[4];
bit cut[3];
bit yielded;	    /* an owner has yielded to a better claim */
bit forced;	    /* somebody forced: two owners are that operator's doing */

/* Markers that a site announces, one byte; its router has them, also without frrd. */
byte mark[4];
#define BEACON 1
#define CLAIM 2
#define READY 4
#define grant_in(m) (((m) >> 3) & 3)
#define request_in(m) (((m) >> 5) & 3)

/* What site o sees of site s; comes later than it happens, see Network. */
byte view[16];
#define sees(o, s) view[((o) << 2) + (s)]

byte links = LINKS, crashes = CRASHES, kills = KILLS, ills = ILLS;
byte orders = ORDERS, early = EARLY, forces = FORCES;

#define member(s) ((s) <= MEMBERS)
/* The other two sites, and the third of two. */
#define a_of(s) ((s) == 1 -> 2 : 1)
#define b_of(s) ((s) == 3 -> 2 : 3)
#define third(s, t) (6 - (s) - (t))
#define bit_of(s) (1 << (s))

/* Routing finds the way through the third site. */
#define wire(s, t) (!cut[(s) + (t) - 3])
#define through(s, t, u) (st[u] != DOWN && wire(s, u) && wire(u, t))
#define reach(s, t) (st[s] != DOWN && st[t] != DOWN && (wire(s, t) || through(s, t, third(s, t))))
#define now_at(o, s) (reach(o, s) -> mark[s] : 0)
/* Is there really a majority? Three sites vote. */
#define hears(s, t) (s != t && (mark[t] & BEACON) && reach(s, t))
#define connected(s) (hears(s, 1) || hears(s, 2) || hears(s, 3))

/* --- what a site knows --------------------------------------------------------- */

#define va(s) sees(s, a_of(s))
#define vb(s) sees(s, b_of(s))
#define owns(s) (st[s] == ACTIVATING || st[s] == ACTIVE || st[s] == DRAINING)
#define passive(s) (st[s] == STANDBY || st[s] == REQUESTING)

#ifdef WRONG_2_QUORUM	/* rule 2 without: a majority */
#define quorum(s) true
#else
#define quorum(s) ((va(s) | vb(s)) & BEACON)
#endif
#define other_claims(s) ((va(s) | vb(s)) & CLAIM)
#define claim_of(s, t) (sees(s, t) & CLAIM)
#define two_claims(s) (va(s) & vb(s) & CLAIM)
#define better_claims(s) ((a_of(s) < s && claim_of(s, a_of(s))) || (b_of(s) < s && claim_of(s, b_of(s))))
/* Between granter and successor there is no conflict. */
#define conflicts(s, t) (t < s && claim_of(s, t) && grant_to[s] != t && granter[s] != t)
#define conflict(s) (conflicts(s, a_of(s)) || conflicts(s, b_of(s)))
#define granted_me(s) (grant_in(va(s)) == s || grant_in(vb(s)) == s)
#ifdef WRONG_4_NOTHING_STANDS	/* rule 4 without: nobody else takes over meanwhile */
#define granted_other(s) false
#else
#define granted_other(s) ((grant_in(va(s)) && grant_in(va(s)) != s) || (grant_in(vb(s)) && grant_in(vb(s)) != s))
#endif
#define asked_for(s, t) ((request_in(va(s)) == t || request_in(vb(s)) == t) && !(ignored_requests[s] & bit_of(t)))
#define is_ready(s, t) (member(t) && (sees(s, t) & READY))

/* The successor of a grant that was taken back. */
#define late_claim(s) (granted_to[s] && (sees(s, granted_to[s]) & CLAIM))

/* Guards of a takeover that do not depend on the others. FENCED: not settled. */
#define eligible(s) (!ill[s] && quorum(s) && st[s] != FENCED)
#ifdef WRONG_3_CLAIMS	/* rule 3 without: no other claim */
#define no_claim(s) true
#else
#define no_claim(s) (!other_claims(s))
#endif
#ifdef WRONG_4_NOTHING_STANDS
#define no_grant(s) true
#else
#define no_grant(s) (!grant_in(va(s)) && !grant_in(vb(s)))
#endif
#define free(s) (no_claim(s) && no_grant(s))

/* --- assumptions about time, each guaranteed by the budget or a timer ------------- */

#define current(s) (va(s) == now_at(s, a_of(s)) && vb(s) == now_at(s, b_of(s)))
/* The grant was taken back, and its successor has seen that and does nothing. */
#define handover_seen(s, x) (sees(x, s) == now_at(x, s) && sees(s, x) == now_at(s, x))
#define grant_over(s, x) (handover_seen(s, x) && !(mark[x] & CLAIM))
/* 200 ms are a marker's way: who could act sees the successor's claim. */
#define lingered(s, x) ((third(s, x) > MEMBERS || (sees(third(s, x), x) & CLAIM) || !reach(x, third(s, x))))
/* A frrd does not die and come back within a grant's way and a claim's way back. */
#define restarted_in_time(s) (!granted_to[s] || handover_seen(s, granted_to[s]))
/* settle-time is longer than routing needs after a start or a heal. */
#if defined(WRONG_6_START) || defined(WRONG_2_SETTLE)
#define settled_in_time(s) true
#else
#define settled_in_time(s) current(s)
#endif
/* takeover-delay and stagger: a claim that went up before is seen. A site that
 * has not settled cannot rely on that. */
#if defined(WRONG_3_DELAY) || defined(WRONG_6_START) || defined(WRONG_2_SETTLE)
#define seen_in_time(s) true
#else
#define seen_in_time(s) current(s)
#endif
/* The fence rule of the budget: whoever announces without quorum has stopped
 * before another site takes over. It also stands for the double fault that is
 * excluded: a dead frrd whose routes zebra still keeps, and no quorum. */
#define lingers(t) ((routes[t] || owns(t)) && !connected(t) && !waived[t])
#if defined(WRONG_2_FENCE) || defined(WRONG_BUDGET)
#define fenced_in_time(s) true
#else
#define fenced_in_time(s) (!lingers(a_of(s)) && !lingers(b_of(s)))
#endif
/* takeover-delay: a grant that has fallen, or whose site is gone, is not seen any
 * more by anybody who could act on it. */
#define outdated(o, s) (grant_in(sees(o, s)) != grant_in(now_at(o, s)))
#define forgotten(o) (!outdated(o, a_of(o)) && !outdated(o, b_of(o)))
#define forgotten_in_time(s) (forgotten(a_of(s)) && forgotten(b_of(s)))

/* --- what must hold ------------------------------------------------------------ */

/* Make-before-break: the granting owner and its successor may both announce. */
#ifdef MBB
#define pair(s, t) (granted_to[s] == t || granted_to[t] == s)
#else
#define pair(s, t) false
#endif
#define clash(s, t) (routes[s] && routes[t] && !pair(s, t))
#define granting(s) (grant_in(mark[s]) != 0 && connected(s))

inline check() {
	assert(forced || !(clash(1, 2) || clash(1, 3) || clash(2, 3)));
	assert(!(routes[1] && routes[2] && routes[3]));
	assert(forced || granting(1) + granting(2) + granting(3) <= 1);
	/* Rule 1: the claim is up before the first prefix and goes after the last. */
	assert(!routes[1] || (mark[1] & CLAIM));
	assert(!routes[2] || (mark[2] & CLAIM));
	assert(!routes[3] || (mark[3] & CLAIM))
}

/* Can somebody own the group, and does exactly one site, in the end? */
#define able(s) (member(s) && st[s] > DEAD && !ill[s] && connected(s))
#define waits(s) (able(s) && st[s] == STANDBY)
#define one_routes (routes[1] + routes[2] + routes[3] == 1)
#define owned_by(s) (st[s] == ACTIVE && routes[s] && grant_to[s] == 0)
#define healthy_by(s) (owned_by(s) && !ill[s])
#define healthy_owner (healthy_by(1) || healthy_by(2) || healthy_by(3))
#define some_owner (owned_by(1) || owned_by(2) || owned_by(3))
#define nobody_waits (!waits(1) && !waits(2) && !waits(3))
#define nobody_can (!able(1) && !able(2) && !able(3))
/* Whoever was forced in a minority stays there until that ends. */
#define apart(s) (waived[s] && !connected(s))
#define good (nobody_can || apart(1) || apart(2) || apart(3) || (one_routes && (healthy_owner || (some_owner && nobody_waits))))

/* The automaton of !(<>[] good), which spin's own translation is too small for. */
#ifdef LIVE
never {
again:	if
	:: !good -> goto accept
	:: true -> goto again
	fi;
accept:	if
	:: true -> goto again
	fi
}
#endif

/* --- steps of a site -------------------------------------------------------------- */

/* Rule 1: which markers stand in which state. Called at the end of each step. */
#ifdef WRONG_4_NOTHING_STANDS
#define claim_stands(s) false
#else
#define claim_stands(s) (st[s] == RELEASED)
#endif
#define claims_in(s) (owns(s) || st[s] == CLAIMING || claim_stands(s) || (st[s] == RELEASING && CLAIM_UNTIL_GONE))
#ifdef WRONG_1_CLAIM_FALLS_FIRST
#define CLAIM_UNTIL_GONE 0
#else
#define CLAIM_UNTIL_GONE 1
#endif
#ifdef WRONG_1_NO_CLAIM_FIRST
#define claim_bit(s) ((claims_in(s) && st[s] != ACTIVATING) -> CLAIM : 0)
#else
#define claim_bit(s) (claims_in(s) -> CLAIM : 0)
#endif
#define ready_bit(s) ((member(s) && eligible(s) && (passive(s) || st[s] == CLAIMING || (st[s] == ACTIVATING && granter[s]))) -> READY : 0)
/* Rule 4: break-before-make, the grant follows the withdrawal. */
#if defined(MBB) || defined(WRONG_4_GRANTS_FIRST)
#define grants_in(s) (st[s] == DRAINING || st[s] == RELEASING || st[s] == RELEASED)
#else
#define grants_in(s) (st[s] == RELEASED)
#endif

#define marks_of(s) (BEACON | claim_bit(s) | ready_bit(s) | (grants_in(s) -> grant_to[s] << 3 : 0) | request_for[s] << 5)

inline publish(s) {
	mark[s] = marks_of(s);
	check()
}

inline to_rest(s) {
	st[s] = (quorum(s) -> STANDBY : FENCED);
	grant_to[s] = 0;
	granted_to[s] = 0;
	asked[s] = 0;
	request_for[s] = 0;
	granter[s] = 0;
	waived[s] = 0
}

inline give_grant(s, x) {
	grant_to[s] = x;
	granted_to[s] = x;
	asked[s] = asked_for(s, x);
#ifdef MBB
	st[s] = DRAINING
#else
	st[s] = RELEASING
#endif
}

#define may_grant(s, t) ((t) != s && is_ready(s, t))
#define may_answer(s, t) (may_grant(s, t) && asked_for(s, t))
/* While another site claims there is no grant: the last handover is not over. */
#ifdef WRONG_4_GRANTS_TOO_SOON
#define sole(s) true
#else
#define sole(s) (!other_claims(s))
#endif
#define can_grant(s) (st[s] == ACTIVE && quorum(s) && sole(s))

/* The successor shows no sign of life, or the request is gone. */
#define lost(s, x) (!(sees(s, x) & CLAIM) && (!(sees(s, x) & READY) || \
	(asked[s] && request_in(va(s)) != x && request_in(vb(s)) != x)))

inline take_back(s) {
	ignored_requests[s] = ignored_requests[s] | bit_of(grant_to[s]);
	grant_to[s] = 0;
	asked[s] = 0;
	st[s] = (st[s] == DRAINING -> ACTIVE : CLAIMING);
	publish(s)
}

/* Requests from before it owned the group are not meant for this site. */
#define all_requests(s) ((request_in(va(s)) -> 1 << request_in(va(s)) : 0) | \
	(request_in(vb(s)) -> 1 << request_in(vb(s)) : 0))

inline become_owner(s) {
	ignored_requests[s] = all_requests(s);
	granted_to[s] = 0;
	st[s] = ACTIVATING;
	publish(s)
}

inline rest(s) {
	to_rest(s);
	publish(s)
}

proctype Site(byte s)
{
	byte x;

end:	do
	/* Rule 1, second half of a claim: the prefixes follow the marker. */
	:: d_step { st[s] == ACTIVATING ->
		routes[s] = 1;
		st[s] = ACTIVE;
		publish(s) }
	/* Rule 1: the claim falls when the routes are gone. */
	:: d_step { st[s] == RELEASING ->
		routes[s] = 0;
		if
		:: grant_to[s] -> st[s] = RELEASED
		:: else -> to_rest(s)
		fi;
		publish(s) }

	/* Rule 2. */
#ifndef WRONG_2_FENCE
#ifdef WRONG_7_FENCED
	:: d_step { owns(s) && !quorum(s) ->
#else
	:: d_step { owns(s) && !quorum(s) && !waived[s] ->
#endif
		assert(!waived[s]);
		grant_to[s] = 0;
		st[s] = RELEASING;
		publish(s) }
#endif
	:: d_step { waived[s] && quorum(s) -> waived[s] = 0 }
	:: d_step { (passive(s) || st[s] == CLAIMING || st[s] == RELEASED) && !quorum(s) ->
		rest(s) }
	:: d_step { st[s] == FENCED && quorum(s) && settled_in_time(s) ->
		st[s] = STANDBY;
		publish(s) }

	/* Rule 3. */
	:: d_step { st[s] == STANDBY && eligible(s) && free(s) ->
		st[s] = CLAIMING;
		publish(s) }
	:: d_step { st[s] == CLAIMING && eligible(s) && no_claim(s) && !granted_other(s) &&
		    seen_in_time(s) && fenced_in_time(s) && forgotten_in_time(s) ->
		request_for[s] = 0;
		become_owner(s) }
	:: d_step { st[s] == CLAIMING && (better_claims(s) || granted_other(s) || late_claim(s) || !eligible(s)) ->
		rest(s) }

	/* Rule 4, the site that asks. */
	:: d_step { st[s] == STANDBY && eligible(s) && asked_for(s, s) && other_claims(s) ->
		ignored_requests[s] = ignored_requests[s] | bit_of(s);
		request_for[s] = s;
		st[s] = REQUESTING;
		publish(s) }
	:: d_step { st[s] == REQUESTING && !granted_me(s) && (granted_other(s) || !eligible(s)) ->
		rest(s) }
	:: d_step { st[s] == REQUESTING && request_for[s] == s && eligible(s) && free(s) ->
		st[s] = CLAIMING;
		publish(s) }
#ifdef WRONG_4_NO_GRANT_NEEDED
	:: d_step { st[s] == REQUESTING && eligible(s) ->
#else
	:: d_step { passive(s) && eligible(s) && granted_me(s) && !used[s] && !two_claims(s) ->
#endif
		used[s] = 1;
		granter[s] = (grant_in(va(s)) == s -> a_of(s) : b_of(s));
		become_owner(s) }
	/* The request stays up until the old claim is gone. */
	:: d_step { st[s] == ACTIVE && request_for[s] == s && !other_claims(s) ->
		request_for[s] = 0;
		publish(s) }
	/* Granter and successor forget each other when the handover is over. */
	:: d_step { granter[s] && granted_to[granter[s]] != s && grant_in(sees(s, granter[s])) != s &&
		    sees(s, granter[s]) == now_at(s, granter[s]) -> granter[s] = 0 }
	/* Rule 4, the owner: the best-ranked ready site of those that ask. */
	:: d_step { can_grant(s) && (may_answer(s, 1) || may_answer(s, 2) || may_answer(s, 3)) ->
		if
		:: may_answer(s, 1) -> x = 1
		:: else ->
			if
			:: may_answer(s, 2) -> x = 2
			:: else -> x = 3
			fi
		fi;
		give_grant(s, x);
		x = 0;
		publish(s) }
#ifdef FAILBACK
	:: d_step { can_grant(s) && s != 1 && is_ready(s, 1) ->
		give_grant(s, 1);
		publish(s) }
	:: d_step { can_grant(s) && s == 3 && !is_ready(s, 1) && is_ready(s, 2) ->
		give_grant(s, 2);
		publish(s) }
#endif
	/* The successor announces: the owner goes. */
#ifdef WRONG_4_RELEASES_EARLY
	:: d_step { st[s] == DRAINING ->
#else
	:: d_step { st[s] == DRAINING && (sees(s, grant_to[s]) & CLAIM) && !(sees(s, grant_to[s]) & READY) ->
#endif
		/* Make before break, unless something has failed on the way, or the
		 * successor has yielded to a third site: that looks the same. */
		assert(routes[grant_to[s]] || yielded || forced || links < LINKS || crashes < CRASHES || kills < KILLS || ills < ILLS ||
		       early < EARLY);
		st[s] = RELEASING;
		publish(s) }
	/* Claim and grant stand until everybody has seen the successor's claim. */
	:: d_step { st[s] == RELEASED && (sees(s, grant_to[s]) & CLAIM) && lingered(s, grant_to[s]) ->
		rest(s) }
	/* Take-back. */
#ifndef WRONG_4_NO_TAKE_BACK
	:: d_step { (st[s] == DRAINING || st[s] == RELEASED) && lost(s, grant_to[s]) ->
		take_back(s) }
#endif
	/* The grant is down, and nobody can act on it any more. */
	:: d_step { st[s] == ACTIVE && granted_to[s] && grant_over(s, granted_to[s]) -> granted_to[s] = 0 }

	/* Rule 5: the worse rank yields; who has granted yields to the successor. */
#ifndef WRONG_5_YIELD
	:: d_step { owns(s) && conflict(s) ->
		yielded = 1;
		grant_to[s] = 0;
		st[s] = RELEASING;
		publish(s) }
#endif
#ifndef WRONG_4_GRANTER_STAYS
	:: d_step { st[s] == ACTIVE && late_claim(s) ->
		st[s] = RELEASING;
		publish(s) }
#endif

	/* Rule 8. */
#ifndef WRONG_8_STAYS
	:: d_step { ill[s] && can_grant(s) && (may_grant(s, 1) || may_grant(s, 2) || may_grant(s, 3)) ->
		if
		:: may_grant(s, 1) -> x = 1
		:: else ->
			if
			:: may_grant(s, 2) -> x = 2
			:: else -> x = 3
			fi
		fi;
		give_grant(s, x);
		x = 0;
		publish(s) }
#endif
#ifdef WITHDRAW
	:: d_step { st[s] == ACTIVE && ill[s] && !may_grant(s, 1) && !may_grant(s, 2) && !may_grant(s, 3) ->
		st[s] = RELEASING;
		publish(s) }
#endif
	/* ready follows the guards */
	:: d_step { st[s] > DEAD && mark[s] != marks_of(s) -> publish(s) }
	od
}

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
	waived[s] = 0;
	granter[s] = 0;
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
		waived[s] = 0;
		request_for[s] = 0;
		granter[s] = 0;
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
