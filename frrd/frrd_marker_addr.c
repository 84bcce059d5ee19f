// SPDX-License-Identifier: GPL-2.0-or-later
/* Addresses of markers; the layout is in core/markers.h. */

#include <zebra.h>

#include "frrd_compat.h"
#include "frrd/frrd_config.h"
#include "frrd/frrd_marker_sync.h"

#define KIND_BITS 3
#define SITE_BITS 4

static void put_bits(struct prefix *p, unsigned int count, uint32_t value)
{
	unsigned int end = p->prefixlen + count;

	for (unsigned int i = 0; i < MIN(count, 32U); i++) {
		unsigned int bit = end - 1 - i;

		if (value >> i & 1)
			p->u.val[bit / 8] |= 0x80 >> bit % 8;
	}
	p->prefixlen = end;
}

bool frrd_marker_part(enum frrd_marker_kind kind, uint8_t site, struct prefix *ret_prefix)
{
	const struct prefix *range = &frrd_config.marker_range;

	if (!range->family ||
	    range->prefixlen + KIND_BITS + SITE_BITS >= prefix_blen(range) * 8)
		return false;
	memset(ret_prefix, 0, sizeof(*ret_prefix));
	prefix_copy(ret_prefix, range);
	apply_mask(ret_prefix);
	put_bits(ret_prefix, KIND_BITS, kind);
	if (site)
		put_bits(ret_prefix, SITE_BITS, site);
	return true;
}

bool frrd_marker_prefix(enum frrd_marker_kind kind, uint8_t site, uint32_t group,
			struct prefix *ret_prefix)
{
	unsigned int rest;

	if (!frrd_marker_part(kind, site, ret_prefix))
		return false;
	rest = prefix_blen(ret_prefix) * 8 - ret_prefix->prefixlen;
	if (rest < 32 && group >> rest)
		return false;
	put_bits(ret_prefix, rest, group);
	return true;
}
