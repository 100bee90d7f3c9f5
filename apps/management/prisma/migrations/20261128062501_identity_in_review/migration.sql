-- AlterEnum
ALTER TYPE "contract_state" ADD VALUE 'IDENTITY_IN_REVIEW';
