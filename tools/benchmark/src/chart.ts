import { LineChart } from 'echarts/charts';
import { GridComponent, LegendComponent, MarkLineComponent, TitleComponent } from 'echarts/components';
import * as echarts from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { type BenchmarkResult, type Measurement, serversOf } from './benchmark.ts';

echarts.use([LineChart, GridComponent, LegendComponent, MarkLineComponent, TitleComponent, SVGRenderer]);

const size = { width: 960, height: 500 };
/** What the benchmark is to stay under: milliseconds of server CPU per download. */
const targetMs = 4;

/** Server CPU per download and downloads per second over the number of terminals, as an SVG document. */
export function chartOf({ measurements, floor, machine }: BenchmarkResult): string {
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, ...size });
  const terminals = [...new Set(measurements.map((each) => each.terminals))].sort((one, other) => one - other);
  const series = [...new Set(measurements.map(seriesName))];
  const lines = (grid: number, value: (measurement: Measurement) => number) =>
    series.map((name) => ({
      ...{ type: 'line' as const, name, xAxisIndex: grid, yAxisIndex: grid },
      data: terminals.map((count) => {
        const found = measurements.find((each) => each.terminals === count && seriesName(each) === name);
        return found ? Number(value(found).toFixed(2)) : null;
      }),
    }));
  const limits = {
    ...{ type: 'line' as const, xAxisIndex: 0, yAxisIndex: 0, data: [] },
    markLine: {
      ...{ silent: true, symbol: 'none', label: { formatter: '{b}', position: 'insideEndTop' as const } },
      data: [
        { name: 'crypto floor', yAxis: Number(floor.perDownloadMs.toFixed(2)) },
        { name: 'target', yAxis: targetMs },
      ],
    },
  };
  const axis = {
    type: 'category' as const,
    name: 'terminals',
    nameLocation: 'middle' as const,
    nameGap: 28,
    data: terminals,
  };
  chart.setOption({
    animation: false,
    title: [
      { text: 'server CPU per download, ms', left: 40, top: 8, textStyle: { fontSize: 14 } },
      { text: `downloads per second, ${machine.cores} cores`, left: 500, top: 8, textStyle: { fontSize: 14 } },
    ],
    legend: { bottom: 0, left: 40, width: 880, itemGap: 24, data: series },
    grid: [
      { left: 50, top: 45, width: 400, height: 290 },
      { left: 510, top: 45, width: 400, height: 290 },
    ],
    xAxis: [0, 1].map((gridIndex) => ({ ...axis, gridIndex })),
    yAxis: [0, 1].map((gridIndex) => ({ type: 'value' as const, min: 0, gridIndex })),
    series: [
      ...lines(0, (each) => each.serverCpuMsPerDownload),
      limits,
      ...lines(1, (each) => each.downloadsPerSecond),
    ],
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
}

const seriesName = (measurement: Measurement): string => {
  const { protocol, profiles } = measurement;
  return `${protocol}, ${serversOf(measurement)}, ${profiles >= 1000 ? `${profiles / 1000} k` : profiles} profiles`;
};
