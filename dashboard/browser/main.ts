import { takeForms } from './acts.ts'
import { keepCurrent } from './ago.ts'
import { showWhereWeAre } from './bars.ts'
import { drawCharts } from './charts.ts'
import { completeQueries } from './completion.ts'
import { copyOnClick } from './copying.ts'
import { keepLive } from './live.ts'
import { closeMenus } from './menus.ts'
import { selectRows } from './rows.ts'
import { switchScheme } from './scheme.ts'
import { listenToKeys } from './shortcuts.ts'

/** Everything here improves pages that work without it. */
document.documentElement.dataset.script = ''
takeForms()
showWhereWeAre()
closeMenus()
completeQueries()
selectRows()
copyOnClick()
switchScheme()
listenToKeys()
keepCurrent()
drawCharts()
keepLive()
