// SPDX-License-Identifier: GPL-2.0-or-later
/* Order and policy of hooks; see hooks.h. */

#include <string.h>

#include "frrd/core/hooks.h"

static const char *const event_names[FRRD_HOOK_EVENTS] = {
	[FRRD_HOOK_PRE_WITHDRAW] = "pre-withdraw",
	[FRRD_HOOK_POST_WITHDRAW] = "post-withdraw",
	[FRRD_HOOK_PRE_ANNOUNCE] = "pre-announce",
	[FRRD_HOOK_POST_ANNOUNCE] = "post-announce",
	[FRRD_HOOK_ON_FENCED] = "on-fenced",
	[FRRD_HOOK_ON_FAILURE] = "on-failure",
};

static const char *const policy_names[] = {
	[FRRD_HOOK_CONTINUE] = "continue",
	[FRRD_HOOK_ABORT] = "abort",
	[FRRD_HOOK_RETRY] = "retry",
};

#define POLICIES (sizeof(policy_names) / sizeof(policy_names[0]))

static enum frrd_hook_next run_or_finish(const struct frrd_hooks *hooks)
{
	return hooks->at < hooks->count ? FRRD_HOOK_RUN : FRRD_HOOK_FINISHED;
}

enum frrd_hook_next frrd_hooks_begin(struct frrd_hooks *hooks, enum frrd_hook_event event,
				     const struct frrd_hook_rule *rules, size_t count)
{
	*hooks = (struct frrd_hooks){ .event = event, .rules = rules, .count = count };
	return run_or_finish(hooks);
}

enum frrd_hook_next frrd_hooks_ended(struct frrd_hooks *hooks, bool well)
{
	const struct frrd_hook_rule *rule = &hooks->rules[hooks->at];

	if (!well && rule->policy == FRRD_HOOK_RETRY && hooks->repeats < rule->retries) {
		hooks->repeats++;
		return rule->retry_interval_ms ? FRRD_HOOK_WAIT : FRRD_HOOK_RUN;
	}
	if (!well) {
		hooks->failed++;
		if (rule->policy == FRRD_HOOK_ABORT && frrd_hook_may_abort(hooks->event))
			return FRRD_HOOK_ABORTED;
	}
	hooks->at++;
	hooks->repeats = 0;
	return run_or_finish(hooks);
}

enum frrd_hook_next frrd_hooks_waited(const struct frrd_hooks *hooks)
{
	return run_or_finish(hooks);
}

bool frrd_hook_may_abort(enum frrd_hook_event event)
{
	return event == FRRD_HOOK_PRE_ANNOUNCE;
}

uint64_t frrd_hook_longest_ms(const struct frrd_hook_rule *rule)
{
	uint64_t repeats = rule->policy == FRRD_HOOK_RETRY ? rule->retries : 0;

	return rule->timeout_ms * (repeats + 1) + rule->retry_interval_ms * repeats;
}

bool frrd_hook_is_failure(enum frrd_reason reason)
{
	return reason == FRRD_REASON_CLAIM_TIMEOUT || reason == FRRD_REASON_REQUEST_TIMEOUT ||
	       reason == FRRD_REASON_GRANT_TIMEOUT || reason == FRRD_REASON_SUCCESSOR_LOST ||
	       reason == FRRD_REASON_WITHDRAW_UNCONFIRMED || reason == FRRD_REASON_ROUTES_NONE ||
	       reason == FRRD_REASON_NOT_RESUMED;
}

const char *frrd_hook_event_name(enum frrd_hook_event event)
{
	return event < FRRD_HOOK_EVENTS ? event_names[event] : "?";
}

const char *frrd_hook_policy_name(enum frrd_hook_policy policy)
{
	return policy < POLICIES ? policy_names[policy] : "?";
}

bool frrd_hook_event_of(const char *name, enum frrd_hook_event *ret_event)
{
	for (size_t i = 0; i < FRRD_HOOK_EVENTS; i++)
		if (!strcmp(name, event_names[i])) {
			*ret_event = (enum frrd_hook_event)i;
			return true;
		}
	return false;
}

bool frrd_hook_policy_of(const char *name, enum frrd_hook_policy *ret_policy)
{
	for (size_t i = 0; i < POLICIES; i++)
		if (!strcmp(name, policy_names[i])) {
			*ret_policy = (enum frrd_hook_policy)i;
			return true;
		}
	return false;
}
