/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of objects of the configuration. */
#ifndef FRRD_NAME_H
#define FRRD_NAME_H

/* Sites, groups, probes and tracks: 1..32 characters, see object-name in the model. */
#define FRRD_NAME_SIZE 33

#endif
