import { LineChart, ScatterChart } from 'echarts/charts';
import { GridComponent, LegendComponent, TitleComponent } from 'echarts/components';
import * as echarts from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { type Distances, errorCurve, errorRatesAt } from '../statistics/error-rates.ts';
import { normalDeviate } from '../statistics/normal-deviate.ts';

echarts.use([LineChart, ScatterChart, GridComponent, LegendComponent, TitleComponent, SVGRenderer]);

/** A curve to draw, and the limits that are marked on it. */
export interface DetSeries {
  readonly name: string;
  readonly distances: Distances;
}

const size = { width: 720, height: 720 };
/** Shares at which the axes are marked. The normal deviate of 0 is infinite: rates below the first are drawn on the edge. */
const MARKED = [0.0005, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.6];
const [LEAST, MOST] = [MARKED[0]!, MARKED.at(-1)!];

/** False rejects over false accepts, both on scales of normal deviates (ISO/IEC 19795-1), as an SVG document. */
export function detCurve(series: readonly DetSeries[], limits: readonly number[]): string {
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, ...size });
  const marks = MARKED.map(normalDeviate);
  const axis = {
    ...{ type: 'value' as const, min: marks[0]!, max: marks.at(-1)!, nameLocation: 'middle' as const },
    axisTick: { customValues: marks },
    axisLabel: { customValues: marks, formatter: (deviate: number) => labelOf(deviate) },
    axisLine: { onZero: false },
    splitLine: { show: true },
  };
  chart.setOption({
    animation: false,
    title: { text: 'Detection error trade-off', left: 40, top: 8, textStyle: { fontSize: 14 } },
    legend: { bottom: 8, left: 80, width: 600, itemGap: 30 },
    grid: { left: 80, top: 45, width: 600, height: 560 },
    xAxis: { ...axis, name: 'false accepts (0 on the left edge)', nameGap: 30 },
    yAxis: { ...axis, name: 'false rejects (0 on the lower edge)', nameGap: 45 },
    series: series.flatMap(({ name, distances }) => [
      { type: 'line' as const, name, showSymbol: false, data: errorCurve(distances).map(placeOf) },
      {
        ...{ type: 'scatter' as const, name: `${name}, limits ${limits.join(' and ')}`, symbolSize: 12 },
        data: limits.map((limit) => {
          const { falseAccepts, falseRejects } = errorRatesAt(distances, limit);
          return placeOf({ falseAccepts: falseAccepts.rate, falseRejects: falseRejects.rate });
        }),
      },
    ]),
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
}

function placeOf(shares: { readonly falseAccepts: number; readonly falseRejects: number }): [number, number] {
  const place = (share: number) => normalDeviate(Math.min(MOST, Math.max(LEAST, share)));
  return [place(shares.falseAccepts), place(shares.falseRejects)];
}

function labelOf(deviate: number): string {
  const share = MARKED.find((candidate) => Math.abs(normalDeviate(candidate) - deviate) < 1e-6);
  return share === undefined ? '' : `${Number((100 * share).toPrecision(3))} %`;
}
