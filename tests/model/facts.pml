/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is true, what a site knows, what is assumed about time, and what must
 * hold; see group.pml.
 */

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
#define STUCK 11 /* activating, and gets no route out */

byte st[4];	    /* by site id */
bit routes[4];	    /* the prefixes are in the routing */
bit ill[4];	    /* unhealthy */
bit waived[4];	    /* forced without quorum: no fence until there is one */
byte request_for[4];
byte grant_to[4];
byte granted_to[4]; /* until it is out of question that it claims */
bit asked[4];	    /* the grant answers a request */
bit came[4];	    /* its successor has claimed */
bit used[4];	    /* the grant to it that stands was followed */
byte granter[4];	    /* who has granted it the group, for a while */
byte ignored_requests[4];
bit reclaims[4];	    /* it claims again what its successor did not take, healthy or not */
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

byte links = LINKS, crashes = CRASHES, kills = KILLS, ills = ILLS, fails = FAILS;
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
#define owns(s) (st[s] == ACTIVATING || st[s] == STUCK || st[s] == ACTIVE || st[s] == DRAINING)
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
#define may_claim(s) (eligible(s) || (reclaims[s] && quorum(s)))
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
#define lingers(t) ((routes[t] || owns(t) || st[t] == RELEASED) && !connected(t) && !waived[t])
#if defined(WRONG_2_FENCE) || defined(WRONG_BUDGET)
#define fenced_in_time(s) true
#else
#define fenced_in_time(s) (!lingers(a_of(s)) && !lingers(b_of(s)))
#endif
/* takeover-delay: everybody has noticed who is gone, and a grant that has fallen is
 * not seen any more by anybody who could act on it. */
#define gone(o, s) (st[o] != DOWN && !reach(o, s) && sees(o, s))
#define outdated(o, s) (member(o) && (gone(o, s) || grant_in(sees(o, s)) != grant_in(now_at(o, s))))
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
