/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The contract of a step, for each of the arbiters; see support.h. */
#ifndef FRRD_TESTS_CORE_CONTRACT_H
#define FRRD_TESTS_CORE_CONTRACT_H

#include "tests/core/support.h"

/* How many actions of each kind. */
struct tally {
	unsigned int announce, withdraw, record, accept, refuse;
};
struct tally tally_of(const struct frrd_actions *actions);

const char *manual_contract_violation(const struct step *step);
const char *bgp_contract_violation(const struct step *step);

#endif
