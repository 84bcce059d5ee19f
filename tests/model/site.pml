/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a site does: rules 1 to 5 and 8; see group.pml. */

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
#define could_own(s) (eligible(s) && (passive(s) || st[s] == CLAIMING || ((st[s] == ACTIVATING || st[s] == STUCK) && granter[s])))
/* Rule 4: who has followed a grant is ready until it is the owner, whatever becomes of it. */
#ifdef WRONG_4_READY_FALLS
#define follows(s) false
#else
#define follows(s) (used[s] && granted_me(s) && (passive(s) || st[s] == CLAIMING || st[s] == ACTIVATING || st[s] == STUCK || st[s] == RELEASING))
#endif
#define ready_bit(s) ((member(s) && (could_own(s) || follows(s))) -> READY : 0)
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
	came[s] = 0;
	request_for[s] = 0;
	granter[s] = 0;
	reclaims[s] = 0;
	waived[s] = 0
}

inline give_grant(s, x) {
	grant_to[s] = x;
	granted_to[s] = x;
	asked[s] = asked_for(s, x);
	came[s] = 0;
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
#define gets_nothing_out(s) (st[s] == STUCK && quorum(s) && sole(s))

/* The successor shows no sign of life, has given back, or the request is gone. */
#define lost(s, x) (!(sees(s, x) & CLAIM) && (came[s] || !(sees(s, x) & READY) || \
	(asked[s] && request_in(va(s)) != x && request_in(vb(s)) != x)))

/* Rule 8: without a third site that is ready, what is ill is better than nothing. */
#ifdef WITHDRAW
#define keeps(s) false
#else
#define keeps(s) (st[s] == RELEASED && !may_grant(s, third(s, grant_to[s])))
#endif

inline take_back(s) {
	reclaims[s] = keeps(s);
	ignored_requests[s] = ignored_requests[s] | bit_of(grant_to[s]);
	grant_to[s] = 0;
	asked[s] = 0;
	came[s] = 0;
	st[s] = (st[s] == DRAINING -> ACTIVE : CLAIMING);
	publish(s)
}

/* Requests from before it owned the group are not meant for this site. */
#define all_requests(s) ((request_in(va(s)) -> 1 << request_in(va(s)) : 0) | \
	(request_in(vb(s)) -> 1 << request_in(vb(s)) : 0))

inline become_owner(s) {
	ignored_requests[s] = all_requests(s);
	granted_to[s] = 0;
	reclaims[s] = 0;
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
	:: d_step { st[s] == CLAIMING && may_claim(s) && no_claim(s) && !granted_other(s) &&
		    seen_in_time(s) && fenced_in_time(s) && forgotten_in_time(s) ->
		request_for[s] = 0;
		become_owner(s) }
	:: d_step { st[s] == CLAIMING && (better_claims(s) || granted_other(s) || late_claim(s) || !may_claim(s)) ->
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
	/* It gets no route out: back to the granter, as long as that one is there. */
#if FAILS
	:: d_step { fails && st[s] == ACTIVATING && granter[s] ->
		fails--;
		st[s] = STUCK;
		publish(s) }
	:: d_step { st[s] == STUCK && (sees(s, granter[s]) & CLAIM) ->
		st[s] = RELEASING;
		publish(s) }
#endif
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
#ifdef WRONG_4_RESTS_EARLY
	:: d_step { st[s] == RELEASED && (sees(s, grant_to[s]) & CLAIM) && lingered(s, grant_to[s]) ->
#else
	:: d_step { st[s] == RELEASED && (sees(s, grant_to[s]) & CLAIM) && !(sees(s, grant_to[s]) & READY) &&
		    lingered(s, grant_to[s]) ->
#endif
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

	/* Rule 8: it withdraws at once, also make-before-break. */
#ifndef WRONG_8_STAYS
	:: d_step { ((ill[s] && can_grant(s)) || gets_nothing_out(s)) && (may_grant(s, 1) || may_grant(s, 2) || may_grant(s, 3)) ->
		if
		:: may_grant(s, 1) -> x = 1
		:: else ->
			if
			:: may_grant(s, 2) -> x = 2
			:: else -> x = 3
			fi
		fi;
		give_grant(s, x);
		st[s] = RELEASING;
		x = 0;
		publish(s) }
#endif
	/* Who is ill and had it last claims what nobody has; here, whoever is ill. */
#ifndef WITHDRAW
	:: d_step { st[s] == STANDBY && ill[s] && quorum(s) && free(s) ->
		reclaims[s] = 1;
		st[s] = CLAIMING;
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
