# Two steps: everything to build the pages, then only what runs, on the image's own Node.
FROM node:26-slim AS build
ENV CI=true
WORKDIR /app
COPY package.json pnpm-lock.yaml pnpm-workspace.yaml ./
COPY api/package.json api/
COPY web/package.json web/
COPY test/package.json test/
RUN npx -y pnpm@12 install --frozen-lockfile --filter @mci/web...
COPY tsconfig.json ./
COPY api api
COPY web web
COPY migrations migrations
RUN node web/build.ts \
  && find . -name node_modules -prune -exec rm -rf {} + \
  && npx -y pnpm@12 install --frozen-lockfile --prod --filter @mci/api \
  && rm -rf node_modules/node-linux-* node_modules/.pnpm/node-linux-*

FROM node:26-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 MANAGEMENT_PORT=9464 DATA_DIR=/data
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/api api
COPY --from=build /app/migrations migrations
COPY --from=build /app/web/dist web/dist
RUN mkdir /data && chown node:node /data
VOLUME /data
USER node
EXPOSE 3000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.MANAGEMENT_PORT}/healthz`).then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "api/main.ts"]
