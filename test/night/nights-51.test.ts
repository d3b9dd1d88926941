// Fifty more nights of `npm run test:long`; vitest.config.ts leaves them out of `npm test`.

import { playNights } from "./play-nights.ts";

playNights("N73: night %i", { from: 51, count: 50 });
