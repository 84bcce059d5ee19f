/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Probes at run time: started, changed and stopped; results in, states out.
 *
 * A result comes from frrd-io or, for frrd's own kinds, from what zebra says.  When
 * the state of a probe changes, this tells the engine about the groups that use it,
 * the tracks, the log, the journal, and who listens to notifications.
 */
#ifndef FRRD_PROBE_RUN_H
#define FRRD_PROBE_RUN_H

#include "frrd/frrd_probe.h"

struct frrd_ioproc_handlers;

/* Beyond the time in which a result has to come, before a probe is unknown. */
#define FRRD_PROBE_GRACE_MS 500

extern void frrd_probe_run_init(void);
extern void frrd_probe_run_fini(void);

/* Who hears from frrd-io; a static object. */
extern const struct frrd_ioproc_handlers *frrd_probe_run_handlers(void);

/*
 * Start the probe, or start it anew because its configuration was changed.  Its state
 * stays: the next results tell whether it is still right.  Only a probe of another
 * kind begins as unknown.
 */
extern void frrd_probe_run_restart(struct frrd_probe *probe);
extern void frrd_probe_run_stop(struct frrd_probe *probe);

/*
 * A result of frrd's own kinds: up or down at once, without rise and fall, for it is
 * an event and no sample.  `text` says what was seen.
 */
extern void frrd_probe_run_event(struct frrd_probe *probe, bool good, const char *text);

/* It cannot be known; `text` says why. */
extern void frrd_probe_run_unknown(struct frrd_probe *probe, const char *text);

/* Groups and tracks that use a probe of this name have to look again. */
extern void frrd_probe_run_tell_users(const char *name);

#endif
